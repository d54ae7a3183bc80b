using Worker.Operations;

namespace UnitTests.Operations;

public sealed class ManagementOptionsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef")]
    [InlineData("aGVsbG8gd29ybGQhIQ==")]
    public void No_token_or_a_long_one_is_accepted(string token) => Assert.True(Validate(token).Succeeded);

    [Theory]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789 abcdef")]
    [InlineData("0123456789abcdef\n")]
    [InlineData("0123456789abcdeé")]
    public void A_short_one_or_one_that_no_header_can_carry_is_refused_and_not_repeated(string token)
    {
        var refused = Validate(token);

        Assert.Contains($"has {token.Length} characters; at least 16 are wanted", refused.FailureMessage);
        Assert.DoesNotContain("0123456789", refused.FailureMessage);
    }

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(string token) =>
        new ManagementOptionsValidator().Validate(null, new ManagementOptions { AdminToken = token });
}

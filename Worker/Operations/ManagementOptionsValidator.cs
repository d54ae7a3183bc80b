using Microsoft.Extensions.Options;

namespace Worker.Operations;

/// <summary>Checks a token without repeating it.</summary>
internal sealed class ManagementOptionsValidator : IValidateOptions<ManagementOptions>
{
    public ValidateOptionsResult Validate(string? name, ManagementOptions options)
    {
        var token = options.AdminToken;
        return token.Length == 0 || (token.Length >= ManagementOptions.ShortestToken && token.All(IsVisible))
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Management:AdminToken has {token.Length} characters; at least {ManagementOptions.ShortestToken} are wanted, visible ASCII only. `openssl rand -hex 32` makes one.");
    }

    private static bool IsVisible(char character) => character is > ' ' and <= '~';
}

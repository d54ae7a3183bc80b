using Worker.Operations.Settings;

namespace UnitTests.Operations;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("amqp://orders:secret@broker:5672/shop", "amqp://orders:***@broker:5672/shop")]
    [InlineData("amqps://orders:se%40cret@broker/", "amqps://orders:***@broker/")]
    [InlineData("amqp://orders@broker", "amqp://orders@broker/")]
    [InlineData("amqp://broker", "amqp://broker/")]
    [InlineData("amqp://orders:secret@", "***")]
    [InlineData("Host=db;Username=orders;Password=secret;Database=orders", "host=db;username=orders;password=***;database=orders")]
    [InlineData("Host=db;SSL Password=secret;pwd=secret", "host=db;ssl password=***;pwd=***")]
    [InlineData("neither one nor the other, secret", "***")]
    [InlineData("", "")]
    public void A_password_is_not_shown(string value, string shown) => Assert.Equal(shown, SecretMask.Of(value));
}

using Microsoft.Extensions.Options;

namespace Infrastructure.RabbitMq;

/// <summary>Checks that the connection string is an AMQP address, without ever repeating its password.</summary>
public sealed class RabbitMqAddressValidator : IValidateOptions<RabbitMqOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, RabbitMqOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ConnectionString.Length == 0)
        {
            // The generated validator says so.
            return ValidateOptionsResult.Skip;
        }

        var isAddress = Uri.TryCreate(options.ConnectionString, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps";
        return isAddress
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "ConnectionStrings:RabbitMq is not an AMQP address; it wants the form amqp://user:password@host:5672/vhost (amqps:// for TLS)");
    }
}

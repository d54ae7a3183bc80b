using Microsoft.Extensions.Options;
using Npgsql;

namespace Infrastructure.Postgres;

/// <summary>Checks that the connection string can be read, without ever repeating its password.</summary>
public sealed class PostgresAddressValidator : IValidateOptions<PostgresOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, PostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ConnectionString.Length == 0)
        {
            // The generated validator says so.
            return ValidateOptionsResult.Skip;
        }

        try
        {
            var address = new NpgsqlConnectionStringBuilder(options.ConnectionString);
            return string.IsNullOrEmpty(address.Host)
                ? ValidateOptionsResult.Fail("ConnectionStrings:Orders names no Host")
                : ValidateOptionsResult.Success;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            return ValidateOptionsResult.Fail($"ConnectionStrings:Orders cannot be read: {unreadable.Message}");
        }
    }
}

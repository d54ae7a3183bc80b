using Microsoft.Extensions.Options;
using Npgsql;

namespace Infrastructure.Postgres;

/// <summary>Checks that the connection string can be read, without ever repeating its password.</summary>
public sealed class PostgresTextValidator : IValidateOptions<PostgresOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, PostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return FindError(options.ConnectionString) is { } error ? ValidateOptionsResult.Fail(error) : ValidateOptionsResult.Success;
    }

    private static string? FindError(string connectionString)
    {
        if (connectionString.Length == 0)
        {
            return "ConnectionStrings:Orders is not set; it wants the database's address, such as "
                + "Host=localhost;Username=orders;Password=...;Database=orders.";
        }

        try
        {
            var address = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrEmpty(address.Host)
                ? "ConnectionStrings:Orders names no Host."
                : address.TargetSessionAttributes is { } wanted and ("standby" or "prefer-standby" or "read-only")
                    ? $"ConnectionStrings:Orders says Target Session Attributes={wanted}, but a worker writes; leave it out, and of several hosts the primary is taken."
                    : null;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            return $"ConnectionStrings:Orders cannot be read: {unreadable.Message}";
        }
    }
}

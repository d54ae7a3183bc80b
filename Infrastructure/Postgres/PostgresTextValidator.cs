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
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connectionString).Host)
                ? "ConnectionStrings:Orders names no Host."
                : null;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            return $"ConnectionStrings:Orders cannot be read: {unreadable.Message}";
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Infrastructure.Postgres;

/// <summary>Registers the database side.</summary>
public static class PostgresServices
{
    /// <summary>
    /// Options from section <c>Postgres</c> and <c>ConnectionStrings:Orders</c>, checked at start; the data source, the context factory
    /// the <see cref="SchemaMigrator"/>, the <see cref="StoredOrders"/> and the <see cref="DeadLetterArchive"/>.
    /// </summary>
    public static IServiceCollection AddPostgres(this IServiceCollection services)
    {
        services.AddOptions<PostgresOptions>()
            .BindConfiguration(PostgresOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .Configure<IConfiguration>((options, configuration) =>
                options.ConnectionString = configuration.GetConnectionString(PostgresOptions.ConnectionStringName) ?? "")
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgresOptions>, PostgresOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgresOptions>, PostgresTextValidator>());
        services.TryAddSingleton(provider => CreateDataSource(provider.CurrentOptions<PostgresOptions>));
        services.AddDbContextFactory<OrdersDbContext>((provider, context) => context.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.TryAddSingleton<SchemaMigrator>();
        services.TryAddSingleton<StoredOrders>();
        services.TryAddSingleton<DeadLetterArchive>();
        return services;
    }

    /// <param name="current">The options as they are now. At each new connection it is asked for the password, which may have changed.</param>
    internal static NpgsqlDataSource CreateDataSource(Func<PostgresOptions> current)
    {
        var options = current();
        var address = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Timeout = options.ConnectSeconds,
            CommandTimeout = options.CommandSeconds,

            // A lane keeps its connection until a write fails, and what it leaves on it (limits, an empty temporary table) suits the next one.
            NoResetOnClose = true,
            Enlist = false,

            // Of several hosts. A data source is told at the end and not here.
            TargetSessionAttributes = null,

            // A host that a connection was lost to counts as gone for that long, even when it is the only one that takes writes.
            HostRecheckSeconds = 1,
        };
        address.ApplicationName ??= "orders-worker";
        var hasPassword = address.Password is not null;
        if (hasPassword)
        {
            address.Password = address.Passfile = null;
        }

        var builder = new NpgsqlDataSourceBuilder(address.ConnectionString);
        if (hasPassword)
        {
            builder.UsePasswordProvider(_ => Password(), (_, _) => ValueTask.FromResult(Password()));
        }

        return address.Host!.Contains(',', StringComparison.Ordinal)
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary)
            : builder.Build();

        string Password() => new NpgsqlConnectionStringBuilder(current().ConnectionString).Password ?? "";
    }
}

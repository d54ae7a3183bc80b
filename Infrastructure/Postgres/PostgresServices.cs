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
    /// the <see cref="SchemaMigrator"/> and the <see cref="StoredOrders"/>.
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
        services.TryAddSingleton(provider => CreateDataSource(provider.GetRequiredService<IOptions<PostgresOptions>>().Value));
        services.AddDbContextFactory<OrdersDbContext>((provider, context) => context.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.TryAddSingleton<SchemaMigrator>();
        services.TryAddSingleton<StoredOrders>();
        return services;
    }

    internal static NpgsqlDataSource CreateDataSource(PostgresOptions options)
    {
        var address = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Timeout = options.ConnectSeconds,
            CommandTimeout = options.CommandSeconds,

            // A lane keeps its connection until a write fails, and what it leaves on it (limits, an empty temporary table) suits the next one.
            NoResetOnClose = true,
            Enlist = false,
        };
        address.ApplicationName ??= "orders-worker";
        return new NpgsqlDataSourceBuilder(address.ConnectionString).Build();
    }
}

using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Worker.Operations;

/// <summary>
/// The three probes. Live asks nothing of anyone: a broker that is down is no reason to kill the worker. Ready asks everything that
/// storing an order needs. Startup ends once the host is up; what a deployment waits for after that is ready.
/// </summary>
internal static class HealthServices
{
    private const string Ready = "ready";

    public static IServiceCollection AddWorkerHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<BrokerHealth>("broker", tags: [Ready])
            .AddCheck<DatabaseHealth>("database", tags: [Ready])
            .AddCheck<SchemaHealth>("schema", tags: [Ready])
            .AddCheck<WritesHealth>("writes", tags: [Ready])
            .AddCheck<StoppingHealth>("stopping", tags: [Ready]);
        return services;
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", OptionsFor(_ => false));
        app.MapHealthChecks("/health/startup", OptionsFor(_ => false));
        app.MapHealthChecks("/health/ready", OptionsFor(check => check.Tags.Contains(Ready)));
    }

    private static HealthCheckOptions OptionsFor(Func<HealthCheckRegistration, bool> predicate) => new()
    {
        Predicate = predicate,
        ResponseWriter = HealthReportJson.WriteAsync,
    };
}

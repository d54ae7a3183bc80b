#if !FULL_REGISTRY
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Infrastructure.Telemetry;

/// <summary>Stands in for the package OpenTelemetry.Extensions.Hosting where it cannot be had: the same name and the same shape.</summary>
internal static class OpenTelemetryServices
{
    /// <summary>What is added to the result starts with the host and ends with its services.</summary>
    public static IOpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
    {
        // Before the others, so that nothing of their start is missed.
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService, ProvidersStart>());
        return new Builder(services);
    }

    private sealed record Builder(IServiceCollection Services) : IOpenTelemetryBuilder;

    // A provider listens from the moment it is asked for. The one of the logs is asked for by the first logger.
    private sealed class ProvidersStart(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetService<TracerProvider>();
            services.GetService<MeterProvider>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
#endif

using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Infrastructure.Telemetry;

/// <summary>Registers traces, metrics and logs over OTLP.</summary>
public static class TelemetryServices
{
    /// <summary>The setting that turns telemetry on: where the collector is, such as <c>http://localhost:4317</c>.</summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Sources = [TelemetryNames.Worker, TelemetryNames.Producer, "Npgsql"];
    private static readonly string[] Meters = [TelemetryNames.Worker, TelemetryNames.Producer, "Npgsql", "System.Runtime"];

    /// <summary>
    /// Turns telemetry on when <see cref="EndpointSetting"/> is set; otherwise nothing is registered. All other settings are
    /// OpenTelemetry's own and begin with <c>OTEL_</c> as well.
    /// </summary>
    /// <param name="builder">The application; its configuration is what is asked.</param>
    /// <param name="service">The service's name unless <c>OTEL_SERVICE_NAME</c> gives another.</param>
    /// <param name="instance">What tells this process from its replicas.</param>
    /// <param name="program">Where the service's version is from.</param>
    /// <returns>Whether it is on.</returns>
    /// <exception cref="OptionsValidationException">The endpoint is no address.</exception>
    public static bool AddTelemetry(this IHostApplicationBuilder builder, string service, string instance, Assembly program)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Configuration[EndpointSetting] is not { Length: > 0 } endpoint)
        {
            return false;
        }

        // The exporter would take its default instead, and nobody would know.
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new OptionsValidationException(
                EndpointSetting, typeof(string), [$"{EndpointSetting} is '{endpoint}'; an address like http://localhost:4317 is wanted."]);
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(service, serviceVersion: VersionOf(program), serviceInstanceId: instance)

                // Once more, after ours: what the environment says of the service wins.
                .AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(Sources))
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithLogging(configureBuilder: null, configureOptions: logging => logging.IncludeFormattedMessage = true)
            .UseOtlpExporter();
        builder.Services.AddHostedService<TelemetryFlush>();
        return true;
    }

    private static string? VersionOf(Assembly program) =>
        program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}

using System.Globalization;
using Infrastructure;
using Infrastructure.RabbitMq;
using Infrastructure.Telemetry;
using Microsoft.Extensions.Options;
using Producer.Reporting;

namespace Producer;

/// <summary>Configuration and services of a command: appsettings.json, then the environment, credentials, the command line.</summary>
internal static class ProducerConfiguration
{
    private const string ServiceName = "orders-producer";

    private static string Instance => string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}");

    /// <summary>Builds a host whose options are all valid. What it logs goes to stderr.</summary>
    /// <param name="reporter">Is told everything that is wrong with the configuration.</param>
    /// <param name="addServices">What the command needs.</param>
    /// <param name="overrides">Settings from the command line; those that are <see langword="null"/> were not given.</param>
    /// <returns>The host; <see langword="null"/> when the configuration is wrong.</returns>
    public static IHost? BuildHost(
        Reporter reporter, Action<IServiceCollection> addServices, params (string Key, string? Value)[] overrides)
    {
        try
        {
            var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Configuration
                .AddJsonFile(Path.Combine(Environment.CurrentDirectory, "appsettings.json"), optional: true)
                .AddEnvironmentVariables()
                .AddCredentials()
                .AddInMemoryCollection(overrides
                    .Where(setting => setting.Value is not null)
                    .Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
            builder.Logging.AddProvider(new ReporterLoggerProvider(reporter));
            builder.Services.AddRabbitMq();
            addServices(builder.Services);

            // Where to press Ctrl-C is known.
            builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
            builder.AddTelemetry(ServiceName, Instance, typeof(ProducerConfiguration).Assembly);
            return Checked(builder.Build(), reporter);
        }
        catch (InvalidDataException unreadable)
        {
            // appsettings.json is not JSON.
            reporter.Line(unreadable.InnerException?.Message ?? unreadable.Message);
            return null;
        }
        catch (OptionsValidationException invalid)
        {
            Failures(invalid).ForEach(reporter.Line);
            return null;
        }
    }

    private static IHost? Checked(IHost host, Reporter reporter)
    {
        try
        {
            host.Services.GetService<IStartupValidator>()?.Validate();
            return host;
        }
        catch (Exception exception) when (Failures(exception) is { Count: > 0 } failures)
        {
            failures.ForEach(reporter.Line);
            host.Dispose();
            return null;
        }
    }

    // One class of options throws its own exception, several are thrown together.
    private static List<string> Failures(Exception exception) => exception switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several => [.. several.InnerExceptions.SelectMany(Failures)],
        _ => [],
    };
}

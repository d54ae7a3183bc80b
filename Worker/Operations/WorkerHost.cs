using Infrastructure;
using Infrastructure.Telemetry;
using Microsoft.Extensions.Options;
using Worker.Intake;
using Worker.Operations.Profiling;
using Worker.Operations.Systemd;

namespace Worker.Operations;

/// <summary>Puts the worker together.</summary>
internal static class WorkerHost
{
    // This machine only: what the port says is nobody else's business until somebody decides so.
    public const string DefaultUrls = "http://127.0.0.1:8080";

    private const string ServiceName = "orders-worker";

    /// <summary>A worker that has not started yet.</summary>
    /// <param name="settings">Settings from the command line.</param>
    /// <param name="switches">What the command decides.</param>
    /// <param name="withTelemetry">Whether a collector is told of it, if there is one. A command that is over at once tells the console.</param>
    public static WebApplication Create(string[] settings, IntakeSwitches switches, bool withTelemetry = false)
    {
        var builder = CreateBuilder(settings);
        builder.AddLogging();
        builder.Services.AddIntake(switches);
        builder.Services.AddWorkerHealth();
        builder.Services.AddServiceNotifier();
        builder.Services.AddProfiling();
        if (withTelemetry)
        {
            builder.AddWorkerTelemetry();
        }

        builder.WebHost.UseUrls(UrlsOf(builder.Configuration));

        var app = builder.Build();

        // Here rather than at the start: the services that are built on the way there would each stop at their own first error.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.MapHealth();
        app.MapStatus();
        app.MapProfiling();
        return app;
    }

    /// <summary>The settings a worker would run with, unchecked.</summary>
    public static IConfigurationRoot ReadConfiguration(string[] settings) => CreateBuilder(settings).Configuration;

    /// <summary>Where a worker with these settings answers, as seen from this machine.</summary>
    public static string ManagementAddress(string[] settings)
    {
        var first = BindingAddress.Parse(UrlsOf(ReadConfiguration(settings)).Split(';')[0]);
        var host = first.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : first.Host;
        return $"{first.Scheme}://{host}:{first.Port}";
    }

    private static WebApplicationBuilder CreateBuilder(string[] settings)
    {
        // The files beside the program, wherever it is started from.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = settings,
            ContentRootPath = AppContext.BaseDirectory,
        });

        // Credentials win over file and environment; what is said on the command line wins over everything, so it is said again.
        builder.Configuration.AddCredentials().AddCommandLine(settings);
        return builder;
    }

    /// <exception cref="OptionsValidationException">Not addresses.</exception>
    private static string UrlsOf(IConfiguration configuration)
    {
        var urls = configuration["Urls"] is { Length: > 0 } set ? set : DefaultUrls;
        foreach (var url in urls.Split(';'))
        {
            try
            {
                BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                throw new OptionsValidationException("Urls", typeof(string), [$"Urls is '{urls}'; addresses like {DefaultUrls} are wanted, separated by semicolons."]);
            }
        }

        return urls;
    }

    private static void AddWorkerTelemetry(this WebApplicationBuilder builder)
    {
        if (builder.AddTelemetry(ServiceName, WorkerName.OfThisProcess().Value, typeof(WorkerHost).Assembly))
        {
            builder.Services.AddSingleton<BatchTelemetry>();
            builder.Services.AddHostedService<WorkerMetrics>();
        }
    }

    private static void AddLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        if (builder.Environment.IsProduction())
        {
            builder.Logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
            });
        }
    }
}

using Microsoft.Extensions.Options;
using Worker.Intake;

namespace Worker.Operations;

/// <summary>Puts the worker together.</summary>
internal static class WorkerHost
{
    // This machine only: what the port says is nobody else's business until somebody decides so.
    private const string DefaultUrls = "http://127.0.0.1:8080";

    public static WebApplication Create(string[] settings, IntakeSwitches switches)
    {
        // The files beside the program, wherever it is started from.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = settings,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddLogging();
        builder.Services.AddIntake(switches);
        builder.Services.AddWorkerHealth();
        builder.WebHost.UseUrls(UrlsOf(builder.Configuration));

        var app = builder.Build();

        // Here rather than at the start: the services that are built on the way there would each stop at their own first error.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.MapHealth();
        app.MapStatus();
        return app;
    }

    /// <summary>Where a worker with these settings answers, as seen from this machine.</summary>
    public static string ManagementAddress(string[] settings)
    {
        var configuration = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = settings,
            ContentRootPath = AppContext.BaseDirectory,
        }).Configuration;
        var first = BindingAddress.Parse(UrlsOf(configuration).Split(';')[0]);
        var host = first.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : first.Host;
        return $"{first.Scheme}://{host}:{first.Port}";
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

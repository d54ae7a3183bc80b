using Infrastructure.Postgres;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Options;
using Worker.Failures;
using Worker.Intake;
using Worker.Intake.Counting;

namespace Worker.Operations.Systemd;

/// <summary>Registers what tells systemd how the worker is.</summary>
internal static class SystemdServices
{
    // A write is at most ten statements, each of which the database may take its time for. The rest of it, and a connection, take less than a minute.
    private const int StatementsOfAWrite = 10;
    private static readonly TimeSpan ShortestLimit = TimeSpan.FromMinutes(5);

    /// <summary>After the intake: what is registered last hears first that the worker stops.</summary>
    /// <remarks>
    /// Only the package's notifier is used. Its <c>AddSystemd</c> would also change the format of the log, and let SIGINT end the process
    /// without a drain.
    /// </remarks>
    public static IServiceCollection AddServiceNotifier(this IServiceCollection services)
    {
        var manager = new SystemdNotifier();
        if (!manager.IsEnabled)
        {
            return services;
        }

        var settings = WatchdogSettings.Of(Environment.GetEnvironmentVariable, Environment.ProcessId);
        return services.AddHostedService(provider => new ServiceNotifier(
            manager, settings, VitalsOf(provider), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ServiceNotifier>>()));
    }

    internal static TimeSpan LongestStep(PostgresOptions postgres) =>
        TimeSpan.FromSeconds(Math.Max(ShortestLimit.TotalSeconds, StatementsOfAWrite * postgres.CommandSeconds));

    private static Vitals VitalsOf(IServiceProvider provider)
    {
        var schema = provider.GetRequiredService<SchemaGate>();
        return new Vitals(
            provider.GetRequiredService<IntakeService>().Lanes, () => schema.Problem, provider.GetRequiredService<IntakeCounters>(),
            provider.GetRequiredService<WriteBreaker>(), LongestStep(provider.GetRequiredService<IOptions<PostgresOptions>>().Value),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Vitals>>());
    }
}

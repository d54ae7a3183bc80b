using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using Microsoft.Extensions.Options;
using Worker.Failures;
using Worker.Intake.Counting;

namespace Worker.Intake;

/// <summary>Registers the intake.</summary>
internal static class IntakeServices
{
    public static IServiceCollection AddIntake(this IServiceCollection services, IntakeSwitches switches)
    {
        services.AddRabbitMq().AddPostgres();
        services.AddOptions<IntakeOptions>().BindConfiguration(IntakeOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IntakeOptions>, IntakeOptionsValidator>();
        services.AddSingleton<IValidateOptions<IntakeOptions>, IntakeRelationsValidator>();

        // Straight from the configuration: the host reads this before the options are checked, and would stop at their first error.
        services.AddOptions<HostOptions>().Configure<IConfiguration>((host, configuration) => host.ShutdownTimeout = TimeSpan.FromSeconds(
            IntakeOptions.HostGraceSeconds + configuration.GetValue($"{IntakeOptions.Section}:{nameof(IntakeOptions.ShutdownSeconds)}", IntakeOptions.DefaultShutdownSeconds)));

        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(switches);
        services.AddSingleton(WorkerName.OfThisProcess());
        services.AddSingleton<IntakeCounters>();
        services.AddSingleton(provider => new WriteBreaker(provider.GetRequiredService<TimeProvider>(), Random.Shared));
        services.AddSingleton<SchemaGate>();
        services.AddHosted<QueueDepthMonitor>();
        services.AddHosted<ProgressReporter>();
        return services.AddHosted<IntakeService>();
    }

    /// <summary>A hosted service that others may ask for, by its own type.</summary>
    private static IServiceCollection AddHosted<TService>(this IServiceCollection services)
        where TService : class, IHostedService =>
        services.AddSingleton<TService>().AddHostedService(provider => provider.GetRequiredService<TService>());
}

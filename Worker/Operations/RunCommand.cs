using System.CommandLine;
using Worker.Intake;

namespace Worker.Operations;

/// <summary><c>worker run</c>: consumes until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var migrate = new Option<bool>("--migrate") { Description = "Apply missing migrations first." };
        var settings = WorkerCommands.SettingsArgument();
        var command = new Command("run", "Store orders until told to stop (the default).") { migrate, settings };
        command.SetAction((result, _) => RunAsync(result.GetValue(settings)!, result.GetValue(migrate)));
        return command;
    }

    public static Task<int> RunAsync(string[] settings, bool migrate) => ExitCodes.GuardAsync(async () =>
    {
        await using var app = WorkerHost.Create(settings, new IntakeSwitches(migrate), withTelemetry: true);
        return await RunAsync(app);
    });

    /// <summary>Runs until told to stop, which may be before it is up.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(WebApplication app)
    {
        var intake = app.Services.GetRequiredService<IntakeService>();
        var (started, stopping) = (app.Lifetime.ApplicationStarted, app.Lifetime.ApplicationStopping);
        using var impatience = new SecondSignal();
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !started.IsCancellationRequested)
        {
            // The start was cut short. That is no failure.
        }

        return intake.HasFailed ? ExitCodes.Failed : ExitCodes.Done;
    }
}

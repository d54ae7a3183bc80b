using System.CommandLine;
using Infrastructure.Postgres;
using Worker.Intake;

namespace Worker.Operations;

/// <summary><c>worker migrate</c>: brings the schema to this version's state and ends.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var settings = WorkerCommands.SettingsArgument();
        var command = new Command("migrate", "Bring the database schema to this version's state, and end.") { settings };
        command.SetAction((result, stop) => MigrateAsync(result.GetValue(settings)!, stop));
        return command;
    }

    private static Task<int> MigrateAsync(string[] settings, CancellationToken stop) => ExitCodes.GuardAsync(async () =>
    {
        await using var app = WorkerHost.Create(settings, new IntakeSwitches(Migrate: true));
        var applied = await app.Services.GetRequiredService<SchemaMigrator>().MigrateAsync(stop);
        var logger = app.Services.GetRequiredService<ILogger<SchemaMigrator>>();
        if (applied.Count > 0)
        {
            logger.SchemaMigrated(string.Join(", ", applied));
        }

        logger.SchemaCurrent();
        return ExitCodes.Done;
    });
}

using System.CommandLine;
using Worker.Operations.Doctor;
using Worker.Operations.Reconcile;
using Worker.Operations.Replay;
using Worker.Operations.Settings;

namespace Worker.Operations;

/// <summary>The command line: what <c>worker --help</c> shows.</summary>
internal static class WorkerCommands
{
    private const string Description =
        """
        Takes orders from RabbitMQ into PostgreSQL: none lost, none stored twice.

        Settings come from appsettings.json, the environment (Intake__Lanes=4), files (one a setting, in the folder that
        CREDENTIALS_DIRECTORY names) and the command line (Intake:Lanes=4); the later win.
        ConnectionStrings__RabbitMq and ConnectionStrings__Orders are all it needs.

        Exit codes: 0 done, 1 failed, 64 wrong usage, 69 not healthy or nobody there (healthcheck), 75 not yet (reconcile), 78 wrong settings.
        """;

    public static RootCommand Create()
    {
        var root = new RootCommand(Description);
        foreach (var command in new[]
        {
            RunCommand.Create(), MigrateCommand.Create(), HealthcheckCommand.Create(), DoctorCommand.Create(), ConfigCommand.Create(), ReconcileCommand.Create(),
            ReplayCommand.Create(),
        })
        {
            root.Subcommands.Add(command);
        }

        // Without a command the worker runs.
        var settings = SettingsArgument();
        root.Arguments.Add(settings);
        root.SetAction((result, _) => RunCommand.RunAsync(result.GetValue(settings)!, migrate: false));
        return root;
    }

    /// <summary>Settings on the command line, as in <c>Intake:Lanes=4</c>.</summary>
    public static Argument<string[]> SettingsArgument()
    {
        var settings = new Argument<string[]>("settings")
        {
            Description = "Settings as Section:Key=value; they win over file and environment.",
            Arity = ArgumentArity.ZeroOrMore,
            DefaultValueFactory = _ => [],
        };
        settings.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !token.Value.Contains('=', StringComparison.Ordinal)))
            {
                result.AddError($"'{token.Value}' is neither a command nor a setting; a setting has the form Section:Key=value.");
            }
        });
        return settings;
    }
}

using System.CommandLine;
using Infrastructure;
using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using Worker.Intake;

namespace Worker.Operations.Reconcile;

/// <summary><c>worker reconcile</c>: whether everything that was published has arrived.</summary>
internal static class ReconcileCommand
{
    private const int DefaultWaitSeconds = 30;
    private const int LongestWaitSeconds = 86_400;

    private const string Description =
        """
        Check that published = stored + duplicates + dead letters. Exit code 0 if so, 1 if not, 75 if as many messages still wait as are missing.

        What was published is told by the ledgers of producer runs (producer publish --ledger FILE), or, for a pipeline that holds nothing
        else, by the number of confirmed messages.
        """;

    public static Command Create()
    {
        var ledgers = new Option<string[]>("--ledger") { Description = "A run's ledger; may be given more than once.", HelpName = "FILE" };
        var confirmed = new Option<long?>("--confirmed") { Description = "Instead of ledgers: how many messages the broker confirmed.", HelpName = "messages" };
        var duplicates = new Option<long>("--duplicates") { Description = "With --confirmed: how many of them repeat another.", HelpName = "messages" };
        var wait = new Option<int>("--wait")
        {
            Description = $"Look again for so long while messages are missing, 0 to {LongestWaitSeconds}.",
            HelpName = "seconds",
            DefaultValueFactory = _ => DefaultWaitSeconds,
        };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object, with the ids of all that are missing." };
        var settings = WorkerCommands.SettingsArgument();
        wait.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > LongestWaitSeconds)
            {
                result.AddError($"--wait is {result.GetValueOrDefault<int>()}; 0 to {LongestWaitSeconds} seconds are possible.");
            }
        });
        var command = new Command("reconcile", Description) { ledgers, confirmed, duplicates, wait, json, settings };
        command.Validators.Add(result =>
        {
            if (result.GetValue(ledgers) is { Length: > 0 } == result.GetValue(confirmed) is not null)
            {
                result.AddError("Either --ledger or --confirmed says what was published.");
            }
        });
        command.SetAction((result, stop) => RunAsync(
            result.GetValue(ledgers) ?? [],
            (result.GetValue(confirmed) ?? 0, result.GetValue(duplicates)),
            TimeSpan.FromSeconds(result.GetValue(wait)),
            result.GetValue(json) ? FindingText.ForPrograms : FindingText.ForPeople,
            result.GetValue(settings)!,
            stop));
        return command;
    }

    private static Task<int> RunAsync(
        string[] ledgers, (long Confirmed, long Duplicates) numbers, TimeSpan patience, Func<Finding, string> write, string[] settings, CancellationToken stop) =>
        ExitCodes.GuardAsync(async () =>
        {
            var ledger = ledgers.Length > 0 ? RunLedger.Read(ledgers) : null;
            await using var app = WorkerHost.Create(settings, new IntakeSwitches(Migrate: false));
            var services = app.Services;
            var reconciler = new Reconciler(
                services.GetRequiredService<StoredOrders>(), services.GetRequiredService<RabbitMqConnector>(), services.GetRequiredService<TimeProvider>());
            var finding = await reconciler.LookUntilSettledAsync(
                (waiting, cancellationToken) => ledger is null
                    ? reconciler.LookAsync(numbers.Confirmed, numbers.Duplicates, waiting, cancellationToken)
                    : reconciler.LookAsync(ledger, waiting, cancellationToken),
                patience,
                stop);
            Console.WriteLine(write(finding));
            return finding.Account.Verdict switch
            {
                Verdict.AddsUp => ExitCodes.Done,
                Verdict.NotYet => ExitCodes.NotYet,
                _ => ExitCodes.Failed,
            };
        });
}

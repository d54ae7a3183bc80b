using System.CommandLine;
using System.Globalization;
using Infrastructure.Postgres;
using Worker.Intake;

namespace Worker.Operations.Replay;

/// <summary><c>worker replay</c>: dead letters whose cause is mended go the way of orders again.</summary>
internal static class ReplayCommand
{
    private const int DefaultMost = 10_000;

    private const string Description =
        """
        Send dead letters back into the queue. A worker stores them, or puts them aside again as new letters that name the old one.

        A letter is sent once unless --again is given; its row stays, with replayed_at and replay_count. Exit code 0 when all were sent, 1 if not.
        """;

    public static Command Create()
    {
        var reason = new Option<string?>("--reason") { Description = "Only those with this reason; store.* for all that begin so.", HelpName = "REASON" };
        var ids = new Option<Guid[]>("--id") { Description = "Only this one; may be given more than once.", HelpName = "ID", DefaultValueFactory = _ => [] };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Only those put aside at this time or later.", HelpName = "TIME" };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Only those put aside before this time.", HelpName = "TIME" };
        var all = new Option<bool>("--all") { Description = "All of them; without it something must say which." };
        var again = new Option<bool>("--again") { Description = "Those too that were sent before." };
        var most = new Option<int>("--most") { Description = "No more than so many, the oldest first.", HelpName = "letters", DefaultValueFactory = _ => DefaultMost };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only count, by reason." };
        var settings = WorkerCommands.SettingsArgument();
        most.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"--most is {result.GetValueOrDefault<int>()}; 1 and more are possible.");
            }
        });
        var command = new Command("replay", Description) { reason, ids, since, until, all, again, most, dryRun, settings };
        command.Validators.Add(result =>
        {
            var isChosen = result.GetValue(reason) is not null || result.GetValue(ids) is { Length: > 0 } || result.GetValue(since) is not null || result.GetValue(until) is not null;
            if (isChosen == result.GetValue(all))
            {
                result.AddError("Either --all, or --reason, --id, --since or --until, says which letters are meant.");
            }
        });
        command.SetAction((result, stop) => RunAsync(
            new LetterFilter
            {
                Reason = result.GetValue(reason),
                Ids = result.GetValue(ids)!,
                Since = result.GetValue(since),
                Until = result.GetValue(until),
                Again = result.GetValue(again),
            },
            result.GetValue(dryRun) ? 0 : result.GetValue(most),
            result.GetValue(settings)!,
            stop));
        return command;
    }

    private static Task<int> RunAsync(LetterFilter filter, int most, string[] settings, CancellationToken stop) => ExitCodes.GuardAsync(async () =>
    {
        await using var app = WorkerHost.Create(settings, new IntakeSwitches(Migrate: false));
        var archive = app.Services.GetRequiredService<DeadLetterArchive>();
        foreach (var (reason, letters) in (await archive.CountAsync(filter, stop)).OrderByDescending(one => one.Value))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{letters,9:N0}  {reason}"));
        }

        if (most == 0)
        {
            return ExitCodes.Done;
        }

        var ids = await archive.FindAsync(filter, most, stop);
        var (replayed, problem) = await ActivatorUtilities.CreateInstance<Replayer>(app.Services, archive).RunAsync(ids, stop);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{replayed:N0} of {ids.Count:N0} letters are back in the queue."));
        if (problem is null)
        {
            return ExitCodes.Done;
        }

        await Console.Error.WriteLineAsync($"worker: {problem}. The same command goes on with those that are left.");
        return ExitCodes.Failed;
    });
}

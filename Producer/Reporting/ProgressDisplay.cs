using Spectre.Console;

namespace Producer.Reporting;

/// <summary>How far a command is.</summary>
/// <param name="Done">What is done, in whatever unit the total has.</param>
/// <param name="Total">What there is to do; <see langword="null"/> when nobody knows.</param>
/// <param name="Published">Orders handed over.</param>
/// <param name="Confirmed">Orders confirmed.</param>
internal readonly record struct ProgressSnapshot(long Done, long? Total, long Published, long Confirmed);

/// <summary>Shows progress on stderr while something runs: a bar on a terminal, otherwise a line every few seconds.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BarEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns when <paramref name="work"/> has ended, with its exception if it had one.</summary>
    public static async Task ShowWhileAsync(Task work, Func<ProgressSnapshot> look, Reporter reporter)
    {
        await (reporter.Terminal is { } terminal ? ShowBarAsync(work, look, terminal) : ShowLinesAsync(work, look, reporter));
        await work;
    }

    private static async Task ShowLinesAsync(Task work, Func<ProgressSnapshot> look, Reporter reporter)
    {
        var before = look();
        while (!await EndsWithinAsync(work, LineEvery))
        {
            var now = look();
            reporter.Line($"{Describe(now)}, {Rate(before, now, LineEvery):N0} a second");
            before = now;
        }
    }

    private static Task ShowBarAsync(Task work, Func<ProgressSnapshot> look, IAnsiConsole terminal) => terminal.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .StartAsync(async progress =>
        {
            var bar = progress.AddTask("starting", autoStart: true);
            do
            {
                var now = look();
                bar.IsIndeterminate = now.Total is null;
                bar.MaxValue = Math.Max(1, now.Total ?? 1);
                bar.Value = now.Done;
                bar.Description = Describe(now);
            }
            while (!await EndsWithinAsync(work, BarEvery));
        });

    private static string Describe(ProgressSnapshot now) =>
        FormattableString.Invariant($"{now.Published:N0} published, {now.Confirmed:N0} confirmed");

    private static double Rate(ProgressSnapshot before, ProgressSnapshot now, TimeSpan time) =>
        (now.Confirmed - before.Confirmed) / time.TotalSeconds;

    private static async Task<bool> EndsWithinAsync(Task work, TimeSpan time) =>
        await Task.WhenAny(work, Task.Delay(time)) == work;
}

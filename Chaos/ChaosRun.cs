using System.Diagnostics;
using System.Text.RegularExpressions;
using DevServers;

namespace Chaos;

/// <summary>Load, faults one after the other, then quiet until everything is settled, then the books.</summary>
internal sealed class ChaosRun(ChaosOptions options, Stage stage, Action<string> say)
{
    private const int CalibrationOrders = 150_000;
    private const double ShareOfCapacity = 0.7;
    private static readonly TimeSpan CommitPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromMinutes(20);

    // What the generator breaks is refused by the decoder or by a rule; anything else blames an order that was fine.
    private static readonly string[] EarnedReasons = ["decode.", "rule."];

    private readonly List<FaultEvent> _faults = [];

    public async Task<ChaosResult> RunAsync(CancellationToken cancellationToken)
    {
        var faults = ChooseFaults();
        var watch = new Watch(stage);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = watch.RunAsync(end.Token);
        var rate = options.Rate ?? await CalibrateAsync(watch, cancellationToken);
        say(FormattableString.Invariant($"Publishing {rate:N0} orders a second from two producers into {stage.ReplicaCount} replicas for {options.Length.TotalMinutes:0.#} minutes."));
        stage.StartProducers(rate, options.Seed);
        await InjectAsync(faults, watch, cancellationToken);

        say("Quiet. Waiting for the last order.");
        var producers = await stage.StopProducersAsync();
        watch.BeginsToBeQuiet();
        var books = await stage.ReconcileAsync(DrainPatience, cancellationToken);
        var elapsed = watch.Elapsed;
        await end.CancelAsync();
        await watching;
        stage.RequireReplicas();

        var tables = await stage.CountAsync(cancellationToken);
        var reasons = tables.DeadLetters;
        return new ChaosResult
        {
            Options = options,
            Rate = rate,
            Elapsed = elapsed,
            Faults = _faults,
            Samples = watch.Samples,
            Published = books.GetProperty("published").GetInt64(),
            Stored = books.GetProperty("stored").GetInt64(),
            Duplicates = books.GetProperty("duplicates").GetInt64(),
            Lost = books.GetProperty("missing").GetInt64(),
            Doubled = tables.Rows - tables.DistinctRows,
            DeadLetters = reasons,
            InnocentsPutAside = reasons.Where(reason => !EarnedReasons.Any(reason.Key.StartsWith)).Sum(reason => reason.Value)
                + Math.Max(0, reasons.Values.Sum() - producers.Sum(producer => producer.Bad)),
            LongLivedWorkers = watch.Resident.Lives,
            ResidentSlope = watch.Resident.Slope,
            AnonymousSlope = watch.Anonymous.Slope,
            PeakMegabytes = watch.PeakMegabytes,
        };
    }

    private List<Fault> ChooseFaults()
    {
        var all = new FaultCatalogue(stage, new Random(options.Seed)).All();
        var chosen = all.Where(fault => options.Faults is null || Regex.IsMatch(fault.Name, options.Faults)).ToList();
        return chosen.Count > 0
            ? chosen
            : throw new DevServersException($"--faults is '{options.Faults}', which matches none of: {string.Join(", ", all.Select(fault => fault.Name))}.");
    }

    // What the whole manages when nothing is wrong, publishing included.
    private async Task<double> CalibrateAsync(Watch watch, CancellationToken cancellationToken)
    {
        say($"Publishing {CalibrationOrders} orders to see what the machine manages.");
        var began = Stopwatch.GetTimestamp();
        await stage.PublishAsync(CalibrationOrders, options.Seed, cancellationToken);
        while (watch.Stored < CalibrationOrders * 9 / 10)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        return Math.Floor(watch.Stored / Stopwatch.GetElapsedTime(began).TotalSeconds * ShareOfCapacity);
    }

    private async Task InjectAsync(List<Fault> faults, Watch watch, CancellationToken cancellationToken)
    {
        var schedule = new FaultSchedule(faults.Count, options);
        var began = Stopwatch.GetTimestamp();
        await Task.Delay(schedule.Gap(), cancellationToken);
        while (Stopwatch.GetElapsedTime(began) < options.Length)
        {
            var next = Task.Delay(schedule.Gap(), cancellationToken);
            var fault = faults[schedule.Next()];
            await SufferAsync(fault, schedule.Duration(fault), watch, cancellationToken);
            await next;
        }
    }

    private async Task SufferAsync(Fault fault, TimeSpan duration, Watch watch, CancellationToken cancellationToken)
    {
        var (at, began) = (watch.Elapsed, Stopwatch.GetTimestamp());
        say(FormattableString.Invariant($"{at.TotalSeconds,6:0} s  {_faults.Count + 1,3}  {fault.Name}"));
        await fault.InjectAsync();
        await Task.Delay(duration, cancellationToken);
        await fault.HealAsync();
        var lasted = Stopwatch.GetElapsedTime(began);
        var firstCommit = await watch.NextCommitAsync(CommitPatience);
        stage.RequireReplicas();
        _faults.Add(new FaultEvent(
            fault.Name, Math.Round(at.TotalSeconds, 1), Math.Round(lasted.TotalSeconds, 1), firstCommit is { } waited ? Math.Round(waited.TotalSeconds, 2) : null));
        say(FormattableString.Invariant(
            $"               {lasted.TotalSeconds:0.0} s; first commit after {_faults[^1].FirstCommitSeconds?.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture) ?? "too long"} s"));
        if (firstCommit is null)
        {
            throw new DevServersException($"After '{fault.Name}' nothing was stored for {CommitPatience.TotalSeconds:0} s.");
        }
    }
}

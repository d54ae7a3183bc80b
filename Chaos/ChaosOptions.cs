namespace Chaos;

/// <summary>What a run is to be like.</summary>
/// <param name="Length">How long faults are injected.</param>
/// <param name="Seed">Decides which fault comes when.</param>
/// <param name="Rate">Orders a second that are published; <see langword="null"/> for 70 % of what the machine turns out to manage.</param>
/// <param name="LeastGap">Least time between the beginnings of two faults.</param>
/// <param name="MostGap">Most time between them.</param>
/// <param name="ReportFolder">Where the report goes.</param>
/// <param name="Tls">Workers and producers connect to the broker over TLS.</param>
/// <param name="Faults">A regular expression; only faults whose name it matches are injected. <see langword="null"/> for all.</param>
internal sealed record ChaosOptions(
    TimeSpan Length, int Seed, double? Rate, TimeSpan LeastGap, TimeSpan MostGap, string ReportFolder, bool Tls = false,
    string? Faults = null)
{
    /// <summary>How the run is repeated.</summary>
    public string CommandLine => string.Concat(
        FormattableString.Invariant($"./run chaos --minutes {Length.TotalMinutes:0.#} --seed {Seed}"),
        Rate is { } rate ? FormattableString.Invariant($" --rate {rate:0}") : "",
        FormattableString.Invariant($" --every {LeastGap.TotalSeconds:0}-{MostGap.TotalSeconds:0}"),
        Tls ? " --tls" : "",
        Faults is null ? "" : $" --faults '{Faults}'");
}

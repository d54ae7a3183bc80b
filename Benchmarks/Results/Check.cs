namespace Benchmarks.Results;

/// <summary>A bar, what was seen, and what follows.</summary>
internal sealed record Verdict(Bar Bar, Figure? Seen, Judgement Judgement)
{
    public string SeenText => Seen is null ? "not measured" : Numbers.Text(Seen) + (Bar.Unit.Length > 0 && Seen.Problem is null ? " " + Bar.Unit : "");

    public string Word => Judgement switch
    {
        Judgement.Aimed => "aim reached",
        Judgement.Met => "met",
        Judgement.Missed => "MISSED",
        _ => "not measured",
    };
}

/// <summary>Holds figures against bars. What was not measured is not met.</summary>
internal static class Check
{
    public static IReadOnlyList<Verdict> Hold(IReadOnlyList<Figure> figures, IEnumerable<Bar> bars) =>
    [
        .. bars.Select(bar =>
        {
            var figure = figures.FirstOrDefault(figure => figure.Name == bar.Name);
            return new Verdict(bar, figure, bar.Judge(figure));
        }),
    ];

    public static string Text(IReadOnlyList<Verdict> verdicts)
    {
        var table = MarkdownTable.Write(
            ["figure", "seen", "bar", "verdict"],
            [.. verdicts.Select(verdict => (string[])[verdict.Bar.Title, verdict.SeenText, verdict.Bar.LimitText, verdict.Word])]);
        var missed = Count(verdicts, Judgement.Missed);
        var open = Count(verdicts, Judgement.NotMeasured);
        return $"{table}\n{verdicts.Count - missed - open} met, {missed} missed, {open} not measured\n";
    }

    /// <summary>Whether no measured figure misses its bar. Where nothing was measured, nothing passes.</summary>
    public static bool Passes(IReadOnlyList<Verdict> verdicts) =>
        Count(verdicts, Judgement.Missed) == 0 && Count(verdicts, Judgement.NotMeasured) < verdicts.Count;

    private static int Count(IReadOnlyList<Verdict> verdicts, Judgement judgement) => verdicts.Count(verdict => verdict.Judgement == judgement);
}

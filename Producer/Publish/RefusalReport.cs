using Contracts;
using Producer.Reporting;

namespace Producer.Publish;

/// <summary>Says which lines were refused: the first ones each, all of them by reason at the end.</summary>
internal sealed class RefusalReport(Reporter reporter)
{
    private const int Shown = 20;

    private readonly Dictionary<string, long> _byReason = [];
    private long _count;

    public void Add(long line, BrokenRule refusal)
    {
        _byReason[refusal.Name] = _byReason.GetValueOrDefault(refusal.Name) + 1;
        if (++_count <= Shown)
        {
            reporter.Line($"line {line}: {refusal}");
        }
        else if (_count == Shown + 1)
        {
            reporter.Line("More lines are refused; from here on they are only counted.");
        }
    }

    public void SaySummary()
    {
        if (_count > 0)
        {
            var reasons = _byReason.OrderByDescending(reason => reason.Value).Select(reason => $"{reason.Value:N0} {reason.Key}");
            reporter.Line(FormattableString.Invariant($"Lines refused: {_count:N0} ({string.Join(", ", reasons)})"));
        }
    }
}

using Infrastructure.RabbitMq.Publishing;
using Producer.Reporting;

namespace Producer.Bulk;

/// <summary>Says which orders are not confirmed: the first ones each, the rest as a number.</summary>
internal sealed class UnconfirmedReport(Reporter reporter)
{
    private const int Shown = 20;

    private long _count;

    /// <summary>Another one. Called by one thread at a time.</summary>
    public void Add(UnconfirmedMessage message)
    {
        if (_count++ < Shown)
        {
            var outlook = message.MayBeStored ? "; it may be stored" : "";
            reporter.Line($"not confirmed: {message.MessageId} (#{message.Tag}): {message.Reason}{outlook}");
        }
    }

    /// <summary>How many there were beyond those shown.</summary>
    public void SayRest()
    {
        if (_count > Shown)
        {
            reporter.Line(FormattableString.Invariant($"not confirmed: {_count - Shown:N0} more"));
        }
    }
}

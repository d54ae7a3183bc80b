using Infrastructure.RabbitMq.Publishing;
using Producer.CommandLine;

namespace Producer.Bulk;

/// <summary>Decides how a bulk command ends: the gravest thing that happened counts.</summary>
internal static class BulkOutcome
{
    public static int ExitCode(Tally tally, PublishCounts counts, bool wasInterrupted)
    {
        if (wasInterrupted)
        {
            return ExitCodes.Interrupted;
        }

        if (counts.Confirmed < counts.Accepted || tally.StoppedByPublisher)
        {
            return ExitCodes.NotConfirmed;
        }

        if (tally.InputFailed)
        {
            return ExitCodes.File;
        }

        if (tally.StoppedAtRefusal)
        {
            return ExitCodes.Refused;
        }

        return tally.Refused > 0 ? ExitCodes.SomeRefused : ExitCodes.Ok;
    }
}

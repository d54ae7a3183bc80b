using System.Globalization;
using Worker.Failures;
using Worker.Intake;
using Worker.Intake.Counting;

namespace Worker.Operations.Systemd;

/// <summary>How the lanes are, in one line, and whether they move.</summary>
internal sealed class Vitals(
    IReadOnlyList<Lane> lanes, Func<string?> schemaProblem, IntakeCounters counters, WriteBreaker breaker, TimeSpan longestStep, TimeProvider time,
    ILogger<Vitals> logger)
{
    private readonly LaneProgress[] _progress = [.. lanes.Select(_ => new LaneProgress(longestStep, time))];

    /// <summary>One line for people.</summary>
    public string Status
    {
        get
        {
            var inFlight = lanes.Sum(lane => lane.InFlight);
            var line = string.Create(CultureInfo.InvariantCulture,
                $"{StatusEndpoint.StateOf(lanes)}, {counters.Read().OrdersPerSecond:F0} orders/s, {inFlight} in flight, breaker {breaker.State}").ToLowerInvariant();
            var problem = schemaProblem() ?? breaker.Fault?.Problem
                ?? lanes.Select(lane => lane.BrokerProblem ?? lane.WriteProblem).FirstOrDefault(each => each is not null);

            // A line ends the message's field.
            return problem is null ? line : $"{line}; {problem.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>Looks at every lane. To be asked at intervals much shorter than the longest step.</summary>
    /// <returns>Whether one is stuck.</returns>
    public bool IsStuck()
    {
        var isStuck = false;
        for (var at = 0; at < lanes.Count; at++)
        {
            if (_progress[at].IsStuck(lanes[at].Steps, lanes[at].OwesStep))
            {
                isStuck = true;
                logger.LaneStuck(lanes[at].Name, longestStep.TotalSeconds);
            }
        }

        return isStuck;
    }
}

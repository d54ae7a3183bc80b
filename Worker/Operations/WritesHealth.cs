using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Worker.Failures;
using Worker.Intake;

namespace Worker.Operations;

/// <summary>
/// Whether batches can be stored. A database that answers may still be read-only, full, or lack a grant; only the last attempt to write tells.
/// </summary>
internal sealed class WritesHealth(IntakeService intake, WriteBreaker breaker) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (breaker.OpenFor is var open && open > TimeSpan.Zero)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy(
                string.Create(CultureInfo.InvariantCulture, $"the breaker has been open for {open.TotalSeconds:0} s; {breaker.Fault?.Problem}")));
        }

        var problems = intake.Lanes.Select(lane => lane.WriteProblem).OfType<string>().ToList();
        if (problems.Count == 0)
        {
            return Task.FromResult(HealthCheckResult.Healthy("succeed"));
        }

        var detail = $"{problems.Count} of {intake.Lanes.Count} lanes cannot store their batch; {problems[0]}";
        return Task.FromResult(problems.Count == intake.Lanes.Count ? HealthCheckResult.Unhealthy(detail) : HealthCheckResult.Degraded(detail));
    }
}

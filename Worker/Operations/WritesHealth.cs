using Microsoft.Extensions.Diagnostics.HealthChecks;
using Worker.Intake;

namespace Worker.Operations;

/// <summary>
/// Whether batches can be stored. A database that answers may still be read-only, full, or lack a grant; only the last attempt to write tells.
/// </summary>
internal sealed class WritesHealth(IntakeService intake) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problems = intake.Lanes.Select(lane => lane.WriteProblem).OfType<string>().ToList();
        if (problems.Count == 0)
        {
            return Task.FromResult(HealthCheckResult.Healthy("succeed"));
        }

        var detail = $"{problems.Count} of {intake.Lanes.Count} lanes cannot store their batch; {problems[0]}";
        return Task.FromResult(problems.Count == intake.Lanes.Count ? HealthCheckResult.Unhealthy(detail) : HealthCheckResult.Degraded(detail));
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Worker.Intake;

namespace Worker.Operations;

/// <summary>Whether lanes consume, or would if they were needed. One of several that is reconnecting makes the worker slower, not unready.</summary>
internal sealed class BrokerHealth(IntakeService intake) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var consuming = intake.Lanes.Count(lane => lane.IsAtWork);
        var problem = intake.Lanes.Select(lane => lane.BrokerProblem).FirstOrDefault(problem => problem is not null);
        var detail = $"{consuming} of {intake.Lanes.Count} lanes consume" + (problem is null ? "" : $"; {problem}");
        return Task.FromResult(consuming switch
        {
            0 => HealthCheckResult.Unhealthy(detail),
            _ when consuming < intake.Lanes.Count => HealthCheckResult.Degraded(detail),
            _ => HealthCheckResult.Healthy(detail),
        });
    }
}

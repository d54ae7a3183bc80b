using Microsoft.Extensions.Diagnostics.HealthChecks;
using Worker.Intake;

namespace Worker.Operations;

/// <summary>Whether the schema is the one this version writes to.</summary>
internal sealed class SchemaHealth(SchemaGate schema) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(schema.Problem is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy("current"));
}

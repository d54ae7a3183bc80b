using Infrastructure.Postgres;

namespace Worker.Intake;

/// <summary>
/// Lets the lanes start only on a schema that this version knows. Until then the worker stays up, not ready, and looks again; so a
/// deployment may start workers and migration in any order.
/// </summary>
internal sealed class SchemaGate(SchemaMigrator migrator, IntakeSwitches switches, TimeProvider time, ILogger<SchemaGate> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>What is wrong with the schema; <see langword="null"/> when nothing is.</summary>
    public string? Problem { get; private set; } = "the schema has not been looked at yet";

    public async Task WaitUntilCurrentAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var problem = await FindProblemAsync(cancellationToken);
            if (problem is not null && problem != Problem)
            {
                logger.SchemaNotCurrent(problem);
            }

            Problem = problem;
            if (problem is null)
            {
                logger.SchemaCurrent();
                return;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private async Task<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await migrator.ReadEncodingAsync(cancellationToken) is not "UTF8" and var encoding)
            {
                return $"the database's encoding is {encoding}, but UTF8 is wanted; create the database anew with encoding 'UTF8'";
            }

            if (switches.Migrate)
            {
                await migrator.MigrateAsync(cancellationToken);
            }

            var missing = await migrator.FindMissingAsync(cancellationToken);
            return missing.Count == 0
                ? null
                : $"the database lacks the migration {string.Join(", ", missing)}; run `worker migrate`, or start with `worker run --migrate`";
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return $"the schema cannot be read: {PostgresFaults.Classify(failure, WritePhase.Opening).Problem}";
        }
    }
}

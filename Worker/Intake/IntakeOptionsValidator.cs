using Infrastructure.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Worker.Intake;

/// <summary>Checks the ranges that <see cref="IntakeOptions"/> declares. Generated.</summary>
[OptionsValidator]
internal sealed partial class IntakeOptionsValidator : IValidateOptions<IntakeOptions>;

/// <summary>Checks what must hold between settings.</summary>
internal sealed class IntakeRelationsValidator(IOptions<PostgresOptions> postgres) : IValidateOptions<IntakeOptions>
{
    public ValidateOptionsResult Validate(string? name, IntakeOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.MaxBatch is < 1 or > IntakeOptions.LargestMaxBatch)
        {
            // Its range is reported already; advice derived from it would be nonsense.
            CheckPool(options, result);
            return result.Build();
        }

        var prefetch = options.EffectivePrefetch;
        if (prefetch < 2 * options.MaxBatch)
        {
            result.AddError(
                $"Intake:Prefetch is {options.Prefetch}, but Intake:MaxBatch is {options.MaxBatch}: while one batch is written the next one " +
                $"could not fill. Raise Intake:Prefetch to at least {2 * options.MaxBatch}, or set it to 0 for four times Intake:MaxBatch.");
        }

        if (prefetch > IntakeOptions.MaxPrefetch)
        {
            result.AddError(
                $"Intake:MaxBatch is {options.MaxBatch}, so the prefetch would be {prefetch}; AMQP allows {IntakeOptions.MaxPrefetch} at most. " +
                "Lower Intake:MaxBatch or set Intake:Prefetch.");
        }

        CheckPool(options, result);
        return result.Build();
    }

    private void CheckPool(IntakeOptions options, ValidateOptionsResultBuilder result)
    {
        if (PoolSize() is { } pool && options.Lanes + IntakeOptions.DatabaseConnectionsBesidesLanes > pool)
        {
            result.AddError(
                $"Intake:Lanes is {options.Lanes}, but ConnectionStrings:Orders allows {pool} connections (Maximum Pool Size); a lane needs one, " +
                $"and {IntakeOptions.DatabaseConnectionsBesidesLanes} more serve the dead queue, health and status. Raise Maximum Pool Size to at least {options.Lanes + IntakeOptions.DatabaseConnectionsBesidesLanes}.");
        }
    }

    /// <summary>The pool's size, or nothing when the connection string is unfit: another validator says so.</summary>
    private int? PoolSize()
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(postgres.Value.ConnectionString).MaxPoolSize;
        }
        catch (Exception unfit) when (unfit is ArgumentException or FormatException or OptionsValidationException)
        {
            return null;
        }
    }
}

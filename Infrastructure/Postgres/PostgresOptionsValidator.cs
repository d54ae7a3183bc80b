using Microsoft.Extensions.Options;

namespace Infrastructure.Postgres;

/// <summary>Checks the ranges that <see cref="PostgresOptions"/> declares. Generated.</summary>
[OptionsValidator]
public sealed partial class PostgresOptionsValidator : IValidateOptions<PostgresOptions>;

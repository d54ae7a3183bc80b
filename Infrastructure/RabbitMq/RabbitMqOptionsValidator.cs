using Microsoft.Extensions.Options;

namespace Infrastructure.RabbitMq;

/// <summary>Checks the ranges that <see cref="RabbitMqOptions"/> declares. Generated.</summary>
[OptionsValidator]
public sealed partial class RabbitMqOptionsValidator : IValidateOptions<RabbitMqOptions>;

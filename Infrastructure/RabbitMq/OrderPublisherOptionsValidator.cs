using Microsoft.Extensions.Options;

namespace Infrastructure.RabbitMq;

/// <summary>Checks the ranges that <see cref="OrderPublisherOptions"/> declares. Generated.</summary>
[OptionsValidator]
public sealed partial class OrderPublisherOptionsValidator : IValidateOptions<OrderPublisherOptions>;

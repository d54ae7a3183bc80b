using Infrastructure.RabbitMq.Publishing;

namespace Producer.Bulk;

/// <summary>What the options of a bulk command say.</summary>
/// <param name="Pipeline">The pipeline; <see langword="null"/> for the configured one.</param>
/// <param name="Envelope">Whether orders travel in MassTransit's envelope.</param>
/// <param name="Json">Whether the result is printed as JSON.</param>
/// <param name="Ledger">The file that takes down every message's id; <see langword="null"/> for none.</param>
/// <param name="Publisher">How the publisher works.</param>
internal sealed record BulkSettings(string? Pipeline, bool Envelope, bool Json, string? Ledger, ConfirmedPublisherOptions Publisher);

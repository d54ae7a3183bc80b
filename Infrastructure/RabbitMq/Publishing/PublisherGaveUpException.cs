namespace Infrastructure.RabbitMq.Publishing;

/// <summary>
/// The broker was not reached, or confirmed nothing, for as long as <see cref="ConfirmedPublisherOptions.GiveUpAfter"/> allows.
/// </summary>
public sealed class PublisherGaveUpException(string reason, Exception? cause = null) : Exception(reason, cause);

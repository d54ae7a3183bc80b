namespace Infrastructure.RabbitMq.Publishing;

/// <summary>What has become of the messages so far. After completion <c>Accepted = Confirmed + Unconfirmed</c>.</summary>
/// <param name="Accepted">Messages taken over from the caller.</param>
/// <param name="Confirmed">Messages the broker has confirmed: they are stored in a queue.</param>
/// <param name="Unconfirmed">Messages that were given up and reported.</param>
/// <param name="Republished">Hand-overs to the broker beyond the first of each message.</param>
public readonly record struct PublishCounts(long Accepted, long Confirmed, long Unconfirmed, long Republished);

namespace Infrastructure.RabbitMq.Publishing;

/// <summary>A message that was given up. Publishing it again with the same id is safe: the worker stores an order once.</summary>
/// <param name="MessageId">Its id.</param>
/// <param name="Tag">What the caller gave with it, such as a line number.</param>
/// <param name="Body">Its body.</param>
/// <param name="MayBeStored">Whether the broker left open what became of it: it may be stored, only nobody said so.</param>
/// <param name="Reason">Why it was given up, one line.</param>
public readonly record struct UnconfirmedMessage(string MessageId, long Tag, ReadOnlyMemory<byte> Body, bool MayBeStored, string Reason);

namespace Worker.Intake.Counting;

/// <summary>Messages by how they came in; see <see cref="DeliveryPath"/>.</summary>
/// <param name="Direct">Decoded where they lay in the receive buffer.</param>
/// <param name="Assembled">Put together first: in several frames, or longer than the receive buffer.</param>
/// <param name="Overflow">Copied, because no batch had room while a write took longer than a second.</param>
internal sealed record DeliveryPaths(long Direct, long Assembled, long Overflow);

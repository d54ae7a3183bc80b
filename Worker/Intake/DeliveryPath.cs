namespace Worker.Intake;

/// <summary>How a delivery came into a batch.</summary>
internal enum DeliveryPath
{
    /// <summary>Decoded where it lay in the receive buffer.</summary>
    Direct,

    /// <summary>
    /// Put together first: its body came in several frames, was longer than the receive buffer, or other frames came in between.
    /// </summary>
    Assembled,

    /// <summary>Copied, because no batch had room while a write took longer than a second.</summary>
    Overflow,
}

namespace Worker.Intake;

/// <summary>Why a batch was taken for writing when it was.</summary>
internal enum FlushReason
{
    /// <summary>The writer was idle: what had arrived went at once.</summary>
    Idle,

    /// <summary>The time had passed for which writes keep a distance.</summary>
    Linger,

    /// <summary>It held as many messages as a batch may.</summary>
    Rows,

    /// <summary>It held as many bytes as a batch may.</summary>
    Bytes,

    /// <summary>An order had come that it holds already with other content.</summary>
    Conflict,

    /// <summary>The worker stops.</summary>
    Stop,
}

namespace Worker.Intake;

/// <summary>What a lane is doing.</summary>
internal enum LaneState
{
    /// <summary>Not connected yet.</summary>
    Starting,

    /// <summary>Receiving, or ready to.</summary>
    Consuming,

    /// <summary>Has a channel and is not needed: the other lanes keep up.</summary>
    Resting,

    /// <summary>Lost its channel and tries to get another.</summary>
    Reconnecting,

    /// <summary>Consumes nothing, because the database cannot be written to.</summary>
    Holding,

    /// <summary>Receives nothing more and finishes what it has.</summary>
    Stopping,

    /// <summary>Finished.</summary>
    Stopped,
}

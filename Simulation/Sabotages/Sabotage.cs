namespace Simulation.Sabotages;

/// <summary>
/// A fault that is built into the simulated surroundings, as if the worker had it. A simulation that does not notice proves nothing.
/// </summary>
internal enum Sabotage
{
    None,

    /// <summary>The store says that a batch is stored when it has only been sent.</summary>
    AcknowledgesBeforeTheCommit,

    /// <summary>An acknowledgement covers everything that has arrived, not just its batch.</summary>
    AcknowledgesWhatIsUnfinished,

    /// <summary>The session survives its channel, and acknowledges old tags on the next one.</summary>
    AcknowledgesOnTheNextChannel,

    /// <summary>Same id, other content: taken for a duplicate.</summary>
    ForgetsConflicts,

    /// <summary>What was written and not answered is written again as if it could not be there.</summary>
    RepeatsBlindly,

    /// <summary>A refused row takes its whole batch along.</summary>
    BlamesTheWholeBatch,

    /// <summary>A refusal names the row after the one that is bad.</summary>
    BlamesTheNeighbour,

    /// <summary>What became a dead letter is one under another body as well.</summary>
    InventsDeadLetters,

    /// <summary>Rows are stored, dead letters are not.</summary>
    LosesDeadLetters,

    /// <summary>Messages that were not looked into are acknowledged with the others.</summary>
    ForgetsSuspects,

    /// <summary>After a failure the next attempt follows at once.</summary>
    NeverWaits,

    /// <summary>What cannot be written is held for as long as that lasts.</summary>
    NeverHandsBack,
}

namespace Infrastructure.Postgres;

/// <summary>How far a write had come when it failed. The same exception means different things before and after the commit was asked for.</summary>
public enum WritePhase
{
    /// <summary>Getting a connection. Nothing of the batch has left this process.</summary>
    Opening,

    /// <summary>Sending the batch. The server has not been asked to commit it.</summary>
    Writing,

    /// <summary>What commits has been sent, and the answer is outstanding.</summary>
    Committing,
}

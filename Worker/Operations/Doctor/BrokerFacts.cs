namespace Worker.Operations.Doctor;

/// <summary>What can be seen of the broker with a worker's login, without taking a message.</summary>
internal sealed record BrokerFacts
{
    /// <summary>Why there is no connection; then nothing else is known.</summary>
    public string? Problem { get; init; }

    /// <summary>Such as <c>3.10.8</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>Messages that wait; <see langword="null"/> when there is no queue.</summary>
    public long? Waiting { get; init; }

    /// <summary>Messages in the dead queue; <see langword="null"/> when there is none.</summary>
    public long? WaitingDead { get; init; }

    /// <summary>Lanes of whichever worker that consume.</summary>
    public long Consumers { get; init; }

    /// <summary>Why a worker could not work with what is there; <see langword="null"/> when it could.</summary>
    public string? TopologyProblem { get; init; }

    /// <summary>Whether the login has the right to see that what is there has the arguments that it should have.</summary>
    public bool HasComparedTopology { get; init; } = true;

    /// <summary>Why consuming one of the queues is refused; <see langword="null"/> when neither is, or they are not there.</summary>
    public string? ConsumeProblem { get; init; }

    /// <summary>Connections, each with a channel, that it took at once, of as many as the workers want.</summary>
    public int Connections { get; init; }

    /// <summary>Why it took no more; <see langword="null"/> when it took all.</summary>
    public string? ConnectionProblem { get; init; }

    /// <summary>Why the broker takes nothing from publishers, such as <c>low on disk</c>; <see langword="null"/> when it does.</summary>
    public string? Alarm { get; init; }
}

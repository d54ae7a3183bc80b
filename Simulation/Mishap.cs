namespace Simulation;

/// <summary>What can happen at any step.</summary>
internal enum Mishap
{
    /// <summary>A channel is gone; the client hears of it now or later.</summary>
    ChannelLost,

    /// <summary>The broker cancels a consumer.</summary>
    ConsumerCancelled,

    /// <summary>The broker is gone for a while, and all channels with it.</summary>
    BrokerAway,

    /// <summary>A process is killed. Another one takes its place.</summary>
    Crash,

    /// <summary>A process gets SIGTERM. Another one takes its place.</summary>
    Stop,

    /// <summary>The database refuses everything for a while.</summary>
    Outage,

    /// <summary>An acknowledgement is written, and the broker never reads it.</summary>
    AckLost,
}

namespace Worker.Intake;

/// <summary>What a lane's session and the dead queue ask of their AMQP channel.</summary>
internal interface IDeliveryChannel : IAsyncDisposable
{
    /// <summary>A message's count of deliveries goes with it from queue to queue, as it does from RabbitMQ 4 on.</summary>
    bool CarriesCounts { get; }

    /// <summary>
    /// Starts deliveries, which go to the session. From then on it also hears when the channel ends. The same session may begin again after
    /// <see cref="PauseConsumerAsync"/>, once it is empty.
    /// </summary>
    Task ConsumeAsync(string queue, LaneSession session, CancellationToken cancellationToken);

    /// <summary>Acknowledges every delivery up to and including <paramref name="lastTag"/>.</summary>
    /// <exception cref="RabbitMQ.Client.Exceptions.AlreadyClosedException">The channel is gone; its messages go to someone else.</exception>
    ValueTask AckThroughAsync(ulong lastTag);

    /// <summary>Has the broker move a delivery to the dead queue. No acknowledgement may name its tag any more, only one above.</summary>
    /// <exception cref="RabbitMQ.Client.Exceptions.AlreadyClosedException">The channel is gone; its messages go to someone else.</exception>
    ValueTask RejectAsync(ulong tag);

    /// <summary>Takes one message out of a queue that is not consumed.</summary>
    /// <returns><see langword="null"/> when none waits.</returns>
    Task<Delivery?> FetchAsync(string queue, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the broker to send nothing more for the time being. The session hears when the last delivery has come: <see cref="LaneSession.EmptiedAsync"/>.
    /// </summary>
    /// <exception cref="TimeoutException">The broker did not answer, and if it does after all nobody will hear of it.</exception>
    Task PauseConsumerAsync(CancellationToken cancellationToken);

    /// <summary>Asks the broker to send nothing more, for good, and waits for the answer only a moment. What it has sent can still be acknowledged.</summary>
    Task CancelConsumerAsync();

    /// <summary>Gives every delivery that is not acknowledged back to the queue. No acknowledgement may follow.</summary>
    Task HandBackAsync();
}

using System.Text;
using DevServers;
using Npgsql;
using RabbitMQ.Client;

namespace IntegrationTests;

/// <summary>What every other test builds on: the servers are real, keep what they confirmed, and leave nothing behind.</summary>
public sealed class When_a_dev_server_is_killed(When_a_dev_server_is_killed.PrivateStack shared)
    : IClassFixture<When_a_dev_server_is_killed.PrivateStack>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Postgres_keeps_committed_rows()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var stack = shared.Stack;
        await ExecuteAsync(stack, "CREATE TABLE kept (id int)", deadline.Token);
        await ExecuteAsync(stack, "INSERT INTO kept SELECT generate_series(1, 1000)", deadline.Token);
        var before = stack.Postgres.Pid;

        await stack.Postgres.KillAsync(deadline.Token);
        Assert.Throws<InvalidOperationException>(() => stack.Postgres.Pid);
        await stack.Postgres.StartAgainAsync(deadline.Token);

        Assert.NotEqual(before, stack.Postgres.Pid);
        Assert.Equal(1000L, await ExecuteAsync(stack, "SELECT count(*) FROM kept", deadline.Token));
    }

    [Fact]
    public async Task RabbitMq_keeps_a_confirmed_persistent_message_of_a_quorum_queue()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var stack = shared.Stack;
        await PublishConfirmedAsync(stack, "kept", "still here", deadline.Token);
        await QuorumQueue.OnDiskAsync(stack, "kept", deadline.Token);

        await stack.Rabbit.KillAsync(deadline.Token);
        await stack.Rabbit.StartAgainAsync(deadline.Token);

        await using var connection = await ConnectAsync(stack, deadline.Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: deadline.Token);
        var message = await channel.BasicGetAsync("kept", autoAck: true, deadline.Token);
        Assert.NotNull(message);
        Assert.Equal("still here", Encoding.UTF8.GetString(message.Body.Span));
    }

    [Fact]
    public async Task A_paused_server_answers_nobody_until_it_is_resumed()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var stack = shared.Stack;

        stack.Postgres.Pause();
        var seen = await Probe.PostgresAsync(stack.Postgres.ConnectionString + ";Timeout=1", deadline.Token);
        stack.Postgres.Resume();

        Assert.Null(seen);
        Assert.Equal(1, await ExecuteAsync(stack, "SELECT 1", deadline.Token));
    }

    [Fact]
    public async Task A_paused_server_can_be_killed_and_started_again()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var stack = shared.Stack;
        await using var idle = new NpgsqlConnection(stack.Postgres.ConnectionString);
        await idle.OpenAsync(deadline.Token);

        stack.Postgres.Pause();
        await stack.Postgres.KillAsync(deadline.Token);
        await stack.Postgres.StartAgainAsync(deadline.Token);

        Assert.Equal(1, await ExecuteAsync(stack, "SELECT 1", deadline.Token));
    }

    [Fact]
    public async Task Nothing_stays_after_the_stack_is_disposed()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var stack = await StartAsync(deadline.Token);
        var folder = stack.Folder;
        var processes = ProcessTable.DescendantsOf(Environment.ProcessId).Where(process => BelongsTo(folder, process.Pid)).ToList();
        if (stack.Source is ServerSource.Packages)
        {
            Assert.Contains(processes, process => process.Pid == stack.Rabbit.Pid);
            Assert.Contains(processes, process => process.Pid == stack.Postgres.Pid);
        }

        await stack.DisposeAsync();

        Assert.False(Directory.Exists(folder));
        Assert.DoesNotContain(processes, process => ProcessTable.IsRunning(process.Pid, process.StartTime));
    }

    [Fact]
    public async Task Two_stacks_started_at_once_both_work()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var stacks = await Task.WhenAll(StartAsync(deadline.Token), StartAsync(deadline.Token));
        await using var one = stacks[0];
        await using var other = stacks[1];

        await ExecuteAsync(one, "CREATE TABLE only_in_one (id int)", deadline.Token);
        await ExecuteAsync(other, "CREATE TABLE only_in_other (id int)", deadline.Token);
        await PublishConfirmedAsync(one, "only_in_one", "one", deadline.Token);
        await PublishConfirmedAsync(other, "only_in_other", "other", deadline.Token);

        Assert.Equal(DBNull.Value, await ExecuteAsync(one, "SELECT to_regclass('only_in_other')::text", deadline.Token));
        Assert.Equal("only_in_other", await ExecuteAsync(other, "SELECT to_regclass('only_in_other')::text", deadline.Token));
    }

    private static Task<DevStack> StartAsync(CancellationToken cancellationToken)
    {
        return DevStack.StartAsync(new DevStackOptions { LookAtEnvironment = false }, cancellationToken);
    }

    private static async Task<object?> ExecuteAsync(DevStack stack, string sql, CancellationToken cancellationToken)
    {
        // Not from the pool: it may hold connections to the server that was killed.
        await using var connection = new NpgsqlConnection(stack.Postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static Task<IConnection> ConnectAsync(DevStack stack, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = new Uri(stack.Rabbit.ConnectionString), AutomaticRecoveryEnabled = false };
        return factory.CreateConnectionAsync(cancellationToken);
    }

    private static async Task PublishConfirmedAsync(DevStack stack, string queue, string text, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(stack, cancellationToken);
        var confirms = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using var channel = await connection.CreateChannelAsync(confirms, cancellationToken);
        var arguments = new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
        var properties = new BasicProperties { Persistent = true };
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, Encoding.UTF8.GetBytes(text), CancellationToken.None)
            .AsTask().WaitAsync(cancellationToken);
    }

    /// <summary>Every process of a stack works in the stack's folder.</summary>
    private static bool BelongsTo(string folder, int pid)
    {
        try
        {
            return new DirectoryInfo($"/proc/{pid}/cwd").LinkTarget is { } cwd && cwd.StartsWith(folder, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>One stack for the tests that leave it running; each uses names of its own in it.</summary>
    public sealed class PrivateStack : IAsyncLifetime
    {
        private DevStack? _stack;

        public DevStack Stack => _stack!;

        public async Task InitializeAsync()
        {
            using var deadline = new CancellationTokenSource(Deadline);
            _stack = await StartAsync(deadline.Token);
        }

        public async Task DisposeAsync()
        {
            await _stack!.DisposeAsync();
        }
    }
}

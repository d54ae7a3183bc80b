using System.Net;
using System.Text.Json;
using DevServers;
using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace IntegrationTests;

/// <summary>With the roles, users and rights of deploy/, and as nobody else.</summary>
public sealed class When_the_worker_has_least_privilege(DeployedServers servers) : IClassFixture<DeployedServers>
{
    [Fact]
    public async Task It_stores_merges_and_puts_aside_and_is_ready()
    {
        await using var worker = await WorkerUnderTest.StartReadyAsync(servers.Pipeline, servers.Settings);
        var orders = Some.Orders(300).ToList();
        await servers.Ledger.StoresAsync(orders);
        await servers.Ledger.PutsAsideAsync(Some.Order() with { Total = 1 }, "rule.total_mismatch");
        await servers.Ledger.SettlesAsync();

        // Stored ones again go through the temporary table, and so does one that is another order under the same id.
        await servers.Ledger.StoresAsync(orders);
        await servers.Ledger.PutsAsideAsync(orders[0] with { CustomerId = "another" }, "conflict.duplicate");
        await servers.Ledger.SettlesAsync();
        await Eventually.EqualAsync(300L, "duplicates", async () => (await worker.StatusAsync()).GetProperty("duplicates").GetInt64());
        await worker.BecomesReadyAsync();
    }

    [Theory]
    [InlineData("update orders set currency = 'EUR'")]
    [InlineData("delete from orders")]
    [InlineData("truncate orders")]
    [InlineData("select customer_id from orders")]
    [InlineData("insert into orders (order_id, received_at) values (gen_random_uuid(), now())")]
    [InlineData("select body from dead_letters")]
    [InlineData("update dead_letters set replay_count = 1")]
    [InlineData("delete from dead_letters")]
    [InlineData("select * from batch_ledger")]
    [InlineData("delete from batch_ledger")]
    [InlineData("insert into \"__EFMigrationsHistory\" values ('x', 'x')")]
    [InlineData("create table mine (id int)")]
    [InlineData("drop table orders")]
    [InlineData("alter table orders drop constraint orders_total_check")]
    [InlineData("create schema mine")]
    public async Task In_the_database_it_can_do_nothing_else(string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestServers.ExecuteAsync(servers.Database(DeployedServers.Writer), sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task Its_sessions_are_limited_and_give_up_on_locks()
    {
        Assert.Equal("50 15s 1min 0", await ScalarAsync(DeployedServers.Writer,
            """
            select concat_ws(' ', rolconnlimit, current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),
                             current_setting('statement_timeout'))
            from pg_roles where rolname = current_user
            """));
    }

    [Fact]
    public async Task An_operator_reads_everything_and_reconciles_and_changes_nothing()
    {
        await using (await WorkerUnderTest.StartReadyAsync(servers.Pipeline, servers.Settings))
        {
            await servers.Ledger.StoresAsync(Some.Orders(1));
            await servers.Ledger.SettlesAsync();
        }

        var tables = new[] { "orders", "order_lines", "dead_letters", "batch_ledger" };
        Assert.All(await Task.WhenAll(tables.Select(table => ScalarAsync(DeployedServers.Reader, $"select count(*)::text from (select * from {table}) as it"))), Assert.NotNull);
        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            TestServers.ExecuteAsync(servers.Database(DeployedServers.Reader), "set transaction_read_only = off; delete from orders"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);

        var (orders, letters) = (await servers.Pipeline.CountAsync("orders"), await servers.Pipeline.CountAsync("dead_letters"));
        await using var reconcile = WorkerProcess.Start(
            ["reconcile", "--confirmed", $"{orders + letters}", .. servers.Roles(DeployedServers.Operator, DeployedServers.Reader), .. DeployedServers.Patience]);
        Assert.True(await reconcile.ExitAsync() == 0, reconcile.Output);
    }

    [Fact]
    public async Task An_operator_sends_dead_letters_back()
    {
        var order = Some.Order() with { Total = 2 };
        await using (await WorkerUnderTest.StartReadyAsync(servers.Pipeline, servers.Settings))
        {
            await servers.Ledger.PutsAsideAsync(order, "rule.total_mismatch");
            await servers.Ledger.SettlesAsync();
        }

        var id = await servers.Pipeline.ScalarAsync<Guid>($"select id from dead_letters where order_id = '{order.OrderId}'");
        await using var replay = WorkerProcess.Start(
            ["replay", "--id", $"{id}", .. servers.Roles(DeployedServers.Operator, DeployedServers.Reader), .. DeployedServers.Patience]);

        Assert.True(await replay.ExitAsync() == 0, replay.Output);
        Assert.Equal(1, await servers.Pipeline.ScalarAsync<int>($"select replay_count from dead_letters where id = '{id}'"));
        Assert.Equal(1u, await servers.Pipeline.WaitingAsync());
        await PurgeAsync();
    }

    public static TheoryData<string, string, Func<IChannel, Task>> Forbidden() => new()
    {
        { DeployedServers.Worker, "publish", channel => PublishAsync(channel, "orders", "") },
        { DeployedServers.Worker, "publish to a queue", channel => PublishAsync(channel, "", "orders") },
        { DeployedServers.Worker, "delete", channel => channel.QueueDeleteAsync("orders", ifUnused: false, ifEmpty: false) },
        { DeployedServers.Worker, "declare", channel => channel.QueueDeclareAsync("mine", true, false, false) },
        { DeployedServers.Worker, "bind", channel => channel.QueueBindAsync("orders", "orders", "") },
        { DeployedServers.Producer, "consume", channel => channel.BasicConsumeAsync("orders", autoAck: false, new AsyncDefaultBasicConsumer(channel)) },
        { DeployedServers.Producer, "read", channel => channel.BasicGetAsync("orders", autoAck: false) },
        { DeployedServers.Producer, "publish to a queue", channel => PublishAsync(channel, "", "orders") },
        { DeployedServers.Producer, "publish to the dead", channel => PublishAsync(channel, "orders.dead", "") },
        { DeployedServers.Producer, "declare", channel => channel.ExchangeDeclareAsync("mine", "fanout") },
        { DeployedServers.Operator, "delete", channel => channel.QueueDeleteAsync("orders.dead", ifUnused: false, ifEmpty: false) },
        { DeployedServers.Scaler, "publish", channel => PublishAsync(channel, "orders", "") },
        { DeployedServers.Scaler, "read", channel => channel.BasicGetAsync("orders", autoAck: false) },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task At_the_broker_nobody_can_do_what_is_not_his(string user, string what, Func<IChannel, Task> act)
    {
        await using var connection = await servers.ConnectAsync(user);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));

        var refused = await Assert.ThrowsAnyAsync<OperationInterruptedException>(() => act(channel));
        Assert.True(refused.ShutdownReason!.ReplyCode == Constants.AccessRefused, $"{user}, {what}: {refused.Message}");
    }

    [Fact]
    public async Task What_is_larger_than_the_broker_lets_through_gets_into_no_queue()
    {
        await using var connection = await servers.ConnectAsync(DeployedServers.Producer);
        await using var channel = await connection.CreateChannelAsync();
        var closed = new TaskCompletionSource<ShutdownEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            closed.TrySetResult(reason);
            return Task.CompletedTask;
        };
        await channel.BasicPublishAsync("orders", "", new byte[MessageSizes.Broker + 1]);

        var refused = await closed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(Constants.PreconditionFailed, refused.ReplyCode);
        Assert.Contains($"{MessageSizes.Broker}", refused.ReplyText);
        Assert.Equal(0u, await servers.Pipeline.WaitingAsync());
    }

    [Fact]
    public async Task Every_way_of_publishing_works_with_the_right_to_write_to_the_exchange()
    {
        var before = await servers.Pipeline.CountAsync("orders");
        var bulk = await ProducerProcess.RunAsync(servers.Pipeline, "generate", "--count", "200", "--json");
        Assert.True(bulk.ExitCode == 0, bulk.Errors);
        var one = await ProducerProcess.RunAsync(servers.Pipeline, "publish-one", "--json");
        Assert.True(one.ExitCode == 0, one.Errors);

        Assert.Equal(201u, await servers.Pipeline.WaitingAsync());
        await PurgeAsync();
        Assert.Equal(before, await servers.Pipeline.CountAsync("orders"));
    }

    [Fact]
    public async Task The_scaler_sees_how_long_the_queue_is_and_others_do_not_even_see_that()
    {
        using var scaler = servers.Management(DeployedServers.Scaler);
        var queue = JsonDocument.Parse(await scaler.GetStringAsync("/api/queues/orders/orders")).RootElement;
        Assert.Equal("quorum", queue.GetProperty("type").GetString());

        using var worker = servers.Management(DeployedServers.Worker);
        Assert.Equal(HttpStatusCode.Unauthorized, (await worker.GetAsync("/api/queues/orders/orders")).StatusCode);
    }

    [Fact]
    public async Task A_queue_that_is_missing_is_said_to_be_and_waited_for()
    {
        await using var worker = await WorkerUnderTest.StartReadyAsync(servers.Pipeline, servers.Settings);
        await using var connection = await servers.ConnectAsync(DeployedServers.Topology);
        await using (var channel = await connection.CreateChannelAsync())
        {
            await channel.QueueDeleteAsync("orders", ifUnused: false, ifEmpty: false);
        }

        await Eventually.TrueAsync("readiness says that it may not declare it", async () =>
        {
            var (isReady, body) = await worker.ReadyAsync();
            return (!isReady && body.ToString().Contains("ACCESS_REFUSED"), body.ToString());
        });

        await RabbitMqTopology.EnsureAsync(connection, new TopologyNames("orders"));
        await worker.BecomesReadyAsync();
        await servers.Ledger.StoresAsync(Some.Orders(1));
        await servers.Ledger.SettlesAsync();
    }

    [Fact]
    public async Task The_doctor_finds_nothing_wrong_with_it()
    {
        await using var doctor = WorkerProcess.Start(["doctor", .. servers.Settings]);

        Assert.True(await doctor.ExitAsync() == 0, doctor.Output);
        Assert.Contains("this login has no right to compare their arguments", doctor.Output);
    }

    [Fact]
    public async Task The_doctor_sees_that_it_may_not_read_the_dead_queue()
    {
        await GrantAsync("^orders$");
        try
        {
            await using var doctor = WorkerProcess.Start(["doctor", .. servers.Settings]);

            Assert.True(await doctor.ExitAsync() == 1, doctor.Output);
            Assert.Matches("fail +broker right to consume .*'orders.dead'", doctor.Output);
        }
        finally
        {
            await GrantAsync(@"^orders(\.dead)?$");
        }

        Task GrantAsync(string read) => servers.ControlAsync("set_permissions", "-p", "orders", DeployedServers.Worker, "^$", "^$", read);
    }

    [Theory]
    [InlineData("set_user_limits", DeployedServers.Worker)]
    [InlineData("set_vhost_limits", "-p", "orders")]
    public async Task The_doctor_sees_that_the_broker_lets_too_few_connections_in(params string[] limit)
    {
        await servers.ControlAsync([.. limit, """{"max-connections": 3}"""]);
        try
        {
            await using var doctor = WorkerProcess.Start(["doctor", .. servers.Settings]);

            Assert.True(await doctor.ExitAsync() == 1, doctor.Output);
            Assert.Matches("fail +broker connections +1 replicas of 2 lanes want up to 4, and after ", doctor.Output);
        }
        finally
        {
            await servers.ControlAsync([.. limit, """{"max-connections": -1}"""]);
        }
    }

    [Fact]
    public async Task The_doctor_sees_an_alarm_though_it_may_not_publish()
    {
        await BrokerAlarm.Disk.RaiseAsync(servers.Pipeline);
        try
        {
            await using var doctor = WorkerProcess.Start(["doctor", .. servers.Settings]);

            Assert.True(await doctor.ExitAsync() == 0, doctor.Output);
            Assert.Matches("warn +broker alarms +it takes nothing from publishers: low on disk", doctor.Output);
        }
        finally
        {
            await BrokerAlarm.Disk.ClearAsync(servers.Pipeline);
        }
    }

    [Fact]
    public async Task Definitions_without_passwords_are_not_accepted()
    {
        var refused = await Assert.ThrowsAsync<DevServersException>(() =>
            servers.ControlAsync("import_definitions", DeployedServers.File("rabbitmq/definitions.json")));

        Assert.Contains("import_definitions", refused.Message);
    }

    private async Task PurgeAsync()
    {
        await using var connection = await servers.ConnectAsync(DeployedServers.Topology);
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueuePurgeAsync("orders");
    }

    private static async Task PublishAsync(IChannel channel, string exchange, string routingKey) =>
        await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, new BasicProperties(), Some.Body());

    private async Task<string?> ScalarAsync(string role, string sql)
    {
        await using var connection = new NpgsqlConnection(servers.Database(role));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}

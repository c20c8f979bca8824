"""Others that solve the same problem: a beginner's way, VROOM, OR-Tools, PyVRP. Routes are lists of stop codes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench._metros import Instance
from dispatch.engine.problem import Problem

Ints = NDArray[np.int64]
Matrix = NDArray[np.int32]
Routes = dict[int, list[int]]  # trip -> stop codes: 2 * order, + 1 for the door
LEFT_OUT = 100_000  # what OR-Tools pays at least for each stop it leaves out, in seconds


def nearest_driver(instance: Instance) -> Routes:
    """The usual toy: each order in turn to the nearest free driver, if that driver happens to make it."""
    place, pace = instance.place, instance.seconds_a_metre
    free = np.ones(len(instance.depart), np.bool_)
    routes: Routes = {}

    def seconds(a: int, b: int) -> int:
        return int(np.ceil(np.hypot(*(place[a] - place[b])) * pace))

    for i in np.argsort(instance.ready, kind="stable").tolist():
        if not free.any():
            break
        store, door = int(instance.store[i]), int(instance.door[i])
        away = ((place[instance.origin] - place[store]) ** 2).sum(axis=1)
        t = int(np.where(free, away, np.inf).argmin())
        legs = (seconds(int(instance.origin[t]), store), seconds(store, door), seconds(door, int(instance.end[t])))
        at_door = max(int(instance.depart[t]) + legs[0], int(instance.ready[i])) + instance.pick_s + legs[1]
        home = at_door + instance.drop_s + legs[2]
        extra = sum(legs) - seconds(int(instance.origin[t]), int(instance.end[t]))
        in_time = at_door <= instance.due[i] and home <= instance.latest[t] and extra < instance.budget[t]
        if in_time and instance.size[i] <= instance.room[t]:
            routes[t] = [2 * i, 2 * i + 1]
            free[t] = False
    return routes


def vroom(instance: Instance, exploration: int, threads: int) -> Routes:
    """VROOM on an instance, see `vroom_on`."""
    return vroom_on(instance.problem(), instance.matrix(), exploration, threads)


def vroom_on(problem: Problem, matrix: Matrix, exploration: int, threads: int) -> Routes:
    """VROOM: deliveries are shipments, trips are vehicles with their own time limits; whole seconds between all."""
    import vroom as v

    d, t, horizon = problem.deliveries, problem.trips, _horizon(problem)
    limit = np.minimum(matrix[t.origin, t.destination] + t.extra_s, horizon)
    latest, most = np.minimum(t.latest_s, horizon), np.minimum(2 * t.max_orders, 2 * len(d))
    asked = v.Input()
    asked.set_durations_matrix("car", matrix.astype(np.uint32))
    for k in range(len(t)):
        asked.add_vehicle(
            v.Vehicle(
                k,
                start=int(t.origin[k]),
                end=int(t.destination[k]),
                capacity=[int(t.units[k])],
                time_window=v.TimeWindow(int(t.depart_s[k]), int(latest[k])),
                max_tasks=int(most[k]),
                max_travel_time=int(limit[k]),
            )
        )
    first, last = _windows(problem, horizon)
    for i in range(len(d)):
        steps = [
            v.ShipmentStep(
                i,
                int(place[i]),
                default_service=int(service[i]),
                time_windows=[v.TimeWindow(int(first[2 * i + side]), int(last[2 * i + side]))],
            )
            for side, (place, service) in enumerate(((d.pickup, d.pick_s), (d.dropoff, d.drop_s)))
        ]
        asked.add_job(v.Shipment(*steps, amount=v.Amount([int(d.units[i])])))
    routes: Routes = {}
    for row in asked.solve(exploration, nb_threads=threads).routes.itertuples():
        if row.type in ("pickup", "delivery"):
            routes.setdefault(int(row.vehicle_id), []).append(2 * int(row.id) + (row.type == "delivery"))
    return routes


def pyvrp_on(problem: Problem, matrix: Matrix, seconds: float, seed: int = 1) -> Routes:
    """PyVRP: optional shipments with a high prize, each trip a vehicle type with its own ends, window and longest way.

    It cannot express how many orders a trip takes in all, only how many it carries at once: of a route with too many
    the last ones picked up are left out.
    """
    import pyvrp
    from pyvrp.stop import MaxRuntime

    d, t, horizon = problem.deliveries, problem.trips, _horizon(problem)
    limit, latest = np.minimum(matrix[t.origin, t.destination] + t.extra_s, horizon), np.minimum(t.latest_s, horizon)
    first, last = _windows(problem, horizon)
    prize = max(LEFT_OUT, 10 * int(matrix.max(initial=0)))
    ends = np.r_[t.origin, t.destination]
    data = pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in range(len(matrix))],
        [],
        [pyvrp.Depot(int(place)) for place in ends],
        [
            pyvrp.VehicleType(
                capacity=[int(t.units[k]), int(min(t.max_orders[k], len(d)))],
                start_depot=k,
                end_depot=len(t) + k,
                tw_early=int(t.depart_s[k]),
                tw_late=int(max(latest[k], t.depart_s[k])),
                max_distance=int(limit[k]),
            )
            for k in range(len(t))
        ],
        [matrix.astype(np.int64)],
        [matrix.astype(np.int64)],
        shipments=[
            pyvrp.Shipment(
                int(d.pickup[i]),
                int(d.dropoff[i]),
                int(first[2 * i]),
                int(last[2 * i]),
                int(d.pick_s[i]),
                int(first[2 * i + 1]),
                int(last[2 * i + 1]),
                int(d.drop_s[i]),
                amount=[int(d.units[i]), 1],
                prize=prize,
                required=False,
            )
            for i in range(len(d))
        ],
    )
    best = pyvrp.solve(data, MaxRuntime(seconds), seed=seed, collect_stats=False, display=False).best
    routes: Routes = {}
    for route in best.routes() if best.is_feasible() else []:
        stops = [each for each in route if each.is_pickup() or each.is_delivery()]
        codes = [2 * each.idx + each.is_delivery() for each in stops]
        trip = route.vehicle_type()
        kept = [code // 2 for code in codes if code % 2 == 0][: int(t.max_orders[trip])]
        routes[trip] = [code for code in codes if code // 2 in kept]
    return routes


def _horizon(problem: Problem) -> int:
    """A second by which everybody is home; bench trips all have a latest arrival."""
    starts = [problem.deliveries.ready_s.max(initial=0), problem.deliveries.drop_from_s.max(initial=0)]
    return int(max(*starts, problem.trips.latest_s.max(initial=0)))


def _windows(problem: Problem, horizon: int) -> tuple[Ints, Ints]:
    """First and last second of every stop, (2n,) each, in the order of stop codes."""
    d = problem.deliveries
    first, last = np.zeros(2 * len(d), np.int64), np.zeros(2 * len(d), np.int64)
    first[0::2], first[1::2] = d.ready_s, np.maximum(0, d.drop_from_s)
    last[0::2], last[1::2] = np.minimum(d.pick_by_s, horizon), np.minimum(d.due_s, horizon)
    return first, np.maximum(first, last)


def or_tools_on(problem: Problem, matrix: Matrix, seconds: float) -> Routes:
    """OR-Tools routing: pick-ups and deliveries, dropped orders at a high price, guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    d, t, horizon = problem.deliveries, problem.trips, _horizon(problem)
    n, m = len(d), len(t)
    where = np.r_[np.column_stack([d.pickup, d.dropoff]).ravel(), t.origin, t.destination]
    starts, ends = list(range(2 * n, 2 * n + m)), list(range(2 * n + m, 2 * n + 2 * m))
    manager = pywrapcp.RoutingIndexManager(2 * n + 2 * m, m, starts, ends)
    model = pywrapcp.RoutingModel(manager)
    legs = matrix[np.ix_(where, where)].astype(np.int64)
    service, load = np.zeros(2 * n + 2 * m, np.int64), np.zeros(2 * n + 2 * m, np.int64)
    service[: 2 * n] = np.column_stack([d.pick_s, d.drop_s]).ravel()
    load[: 2 * n] = np.column_stack([d.units, -d.units]).ravel()
    is_pickup = np.r_[np.tile([1, 0], n), np.zeros(2 * m, np.int64)]
    drive = model.RegisterTransitMatrix(legs.tolist())
    model.SetArcCostEvaluatorOfAllVehicles(drive)
    model.AddDimension(drive, 0, horizon, True, "drive")
    pass_on = model.RegisterTransitMatrix((legs + service[:, None]).tolist())
    model.AddDimension(pass_on, horizon, horizon, False, "time")
    carry = model.RegisterUnaryTransitVector(load.tolist())
    model.AddDimensionWithVehicleCapacity(carry, 0, t.units.tolist(), True, "load")
    one = model.RegisterUnaryTransitVector(is_pickup.tolist())
    model.AddDimensionWithVehicleCapacity(one, 0, np.minimum(t.max_orders, n).tolist(), True, "orders")
    _rules(problem, manager, model, legs, horizon)
    ask = pywrapcp.DefaultRoutingSearchParameters()
    ask.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    ask.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    ask.time_limit.FromMilliseconds(int(seconds * 1000))
    found = model.SolveWithParameters(ask)
    routes: Routes = {}
    for k in range(m if found else 0):
        index = found.Value(model.NextVar(model.Start(k)))
        while not model.IsEnd(index):
            routes.setdefault(k, []).append(int(manager.IndexToNode(index)))
            index = found.Value(model.NextVar(index))
    return routes


def _rules(problem: Problem, manager: Any, model: Any, legs: Ints, horizon: int) -> None:  # Any: no types in OR-Tools
    """Windows, budgets, pairs, and the price of leaving an order out."""
    t, n, m = problem.trips, len(problem.deliveries), len(problem.trips)
    time, drive = model.GetDimensionOrDie("time"), model.GetDimensionOrDie("drive")
    first, last = _windows(problem, horizon)
    price = max(LEFT_OUT, 10 * int(legs.max(initial=0)))
    for i in range(n):
        pick, drop = manager.NodeToIndex(2 * i), manager.NodeToIndex(2 * i + 1)
        model.AddPickupAndDelivery(pick, drop)
        model.solver().Add(model.VehicleVar(pick) == model.VehicleVar(drop))
        model.solver().Add(time.CumulVar(pick) <= time.CumulVar(drop))
        time.CumulVar(pick).SetRange(int(first[2 * i]), int(last[2 * i]))
        time.CumulVar(drop).SetRange(int(first[2 * i + 1]), int(last[2 * i + 1]))
        model.AddDisjunction([pick], price)
        model.AddDisjunction([drop], price)
    for k in range(m):
        time.CumulVar(model.Start(k)).SetRange(int(t.depart_s[k]), int(t.depart_s[k]))
        time.CumulVar(model.End(k)).SetMax(int(min(t.latest_s[k], horizon)))
        direct = int(legs[2 * n + k, 2 * n + m + k])
        drive.CumulVar(model.End(k)).SetMax(int(min(direct + t.extra_s[k], horizon)))

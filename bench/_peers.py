"""Others that solve the same problem: what a beginner writes, VROOM, OR-Tools. Routes are lists of stop codes."""

from typing import Any

import numpy as np

from bench._metros import Instance

Routes = dict[int, list[int]]  # trip -> stop codes: 2 * order, + 1 for the door
HORIZON = 1_000_000


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
    """VROOM: orders are shipments, trips are vehicles with their own time limits."""
    import vroom as v

    matrix = instance.matrix()
    direct = matrix[instance.origin, instance.end]
    problem = v.Input()
    problem.set_durations_matrix("car", matrix.astype(np.uint32))
    for t in range(len(instance.depart)):
        problem.add_vehicle(
            v.Vehicle(
                t,
                start=int(instance.origin[t]),
                end=int(instance.end[t]),
                capacity=[int(instance.room[t])],
                time_window=v.TimeWindow(int(instance.depart[t]), int(instance.latest[t])),
                max_tasks=2 * int(instance.most[t]),
                max_travel_time=int(direct[t] + instance.budget[t]),
            )
        )
    for i in range(len(instance.store)):
        problem.add_job(
            v.Shipment(
                v.ShipmentStep(
                    i,
                    int(instance.store[i]),
                    default_service=instance.pick_s,
                    time_windows=[v.TimeWindow(int(instance.ready[i]), HORIZON)],
                ),
                v.ShipmentStep(
                    i,
                    int(instance.door[i]),
                    default_service=instance.drop_s,
                    time_windows=[v.TimeWindow(0, int(instance.due[i]))],
                ),
                amount=v.Amount([int(instance.size[i])]),
            )
        )
    routes: Routes = {}
    for row in problem.solve(exploration, nb_threads=threads).routes.itertuples():
        if row.type in ("pickup", "delivery"):
            routes.setdefault(int(row.vehicle_id), []).append(2 * int(row.id) + (row.type == "delivery"))
    return routes


def or_tools(instance: Instance, seconds: float) -> Routes:
    """OR-Tools routing: pick-ups and deliveries, dropped orders at a high price, guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    n, m, matrix = len(instance.store), len(instance.depart), instance.matrix()
    where = np.r_[np.repeat(instance.store, 2), instance.origin, instance.end]
    where[1 : 2 * n : 2] = instance.door
    starts, ends = list(range(2 * n, 2 * n + m)), list(range(2 * n + m, 2 * n + 2 * m))
    manager = pywrapcp.RoutingIndexManager(2 * n + 2 * m, m, starts, ends)
    model = pywrapcp.RoutingModel(manager)
    legs = matrix[np.ix_(where, where)]
    service = np.zeros(2 * n + 2 * m, np.int64)
    service[0 : 2 * n : 2], service[1 : 2 * n : 2] = instance.pick_s, instance.drop_s

    def node(index: int) -> int:
        return int(manager.IndexToNode(index))

    drive = model.RegisterTransitCallback(lambda a, b: int(legs[node(a), node(b)]))
    pass_on = model.RegisterTransitCallback(lambda a, b: int(legs[node(a), node(b)] + service[node(a)]))
    model.SetArcCostEvaluatorOfAllVehicles(drive)
    model.AddDimension(drive, 0, HORIZON, True, "drive")
    model.AddDimension(pass_on, HORIZON, HORIZON, False, "time")
    load = np.zeros(2 * n + 2 * m, np.int64)
    load[0 : 2 * n : 2], load[1 : 2 * n : 2] = instance.size, -instance.size
    carry = model.RegisterUnaryTransitCallback(lambda a: int(load[node(a)]))
    model.AddDimensionWithVehicleCapacity(carry, 0, instance.room.tolist(), True, "load")
    one = model.RegisterUnaryTransitCallback(lambda a: int(node(a) < 2 * n and node(a) % 2 == 0))
    model.AddDimensionWithVehicleCapacity(one, 0, instance.most.tolist(), True, "orders")
    _rules(instance, manager, model, legs)
    ask = pywrapcp.DefaultRoutingSearchParameters()
    ask.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    ask.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    ask.time_limit.FromMilliseconds(int(seconds * 1000))
    found = model.SolveWithParameters(ask)
    routes: Routes = {}
    for t in range(m if found else 0):
        index = found.Value(model.NextVar(model.Start(t)))
        while not model.IsEnd(index):
            routes.setdefault(t, []).append(node(index))
            index = found.Value(model.NextVar(index))
    return routes


def _rules(instance: Instance, manager: Any, model: Any, legs: Any) -> None:  # Any: OR-Tools ships no types
    """Windows, budgets, pairs, and the price of leaving an order out."""
    n, m = len(instance.store), len(instance.depart)
    time, drive = model.GetDimensionOrDie("time"), model.GetDimensionOrDie("drive")
    for i in range(n):
        pick, drop = manager.NodeToIndex(2 * i), manager.NodeToIndex(2 * i + 1)
        model.AddPickupAndDelivery(pick, drop)
        model.solver().Add(model.VehicleVar(pick) == model.VehicleVar(drop))
        model.solver().Add(time.CumulVar(pick) <= time.CumulVar(drop))
        time.CumulVar(pick).SetMin(int(instance.ready[i]))
        time.CumulVar(drop).SetMax(int(instance.due[i]))
        model.AddDisjunction([pick], 100_000)
        model.AddDisjunction([drop], 100_000)
    for t in range(m):
        time.CumulVar(model.Start(t)).SetRange(int(instance.depart[t]), int(instance.depart[t]))
        time.CumulVar(model.End(t)).SetMax(int(instance.latest[t]))
        direct = int(legs[2 * n + t, 2 * n + m + t])
        drive.CumulVar(model.End(t)).SetMax(direct + int(instance.budget[t]))

{{ elementary.nodes_of('seed') }}
